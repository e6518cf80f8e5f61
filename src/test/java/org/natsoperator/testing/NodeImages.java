package org.natsoperator.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Images of test programs and further servers on the node. */
public final class NodeImages {

  private static final String DOCKERFILE =
      """
      FROM scratch
      COPY run /run
      ENTRYPOINT ["/run"]
      """;

  private NodeImages() {}

  /**
   * Builds the image of a Go program and loads it into the node.
   *
   * @param program the folder with the program
   * @param folder an empty folder
   */
  public static void load(String image, Path program, Path folder) throws IOException {
    Files.copy(LocalCluster.program(program), folder.resolve("run"));
    Files.writeString(folder.resolve("Dockerfile"), DOCKERFILE);
    LocalCluster.buildImage(image, folder);
  }

  /** Builds nats-server of these versions and loads each as image {@code nats:VERSION}. */
  public static void loadServers(String... versions) {
    for (String version : versions) {
      LocalCluster.loadServer(version);
    }
  }
}
