package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerConfigFile;

/** The Secrets with nats.conf: one for each revision, and a copy with the cluster's name. */
public final class ConfigSecret {

  /** Annotation: number of blank lines at the end of the file; see {@link ServerConfigFile}. */
  private static final String BLANK_LINES = "nats.io/blank-lines";

  private static final int MOST_BLANK_LINES = 8;

  private ConfigSecret() {}

  /** The Secret that the servers of one revision mount. */
  public static Secret of(NatsCluster cluster, String name, ServerConfigFile file, int blankLines) {
    return new SecretBuilder(copy(cluster, name, file))
        .editMetadata()
        .addToAnnotations(BLANK_LINES, Integer.toString(blankLines))
        .endMetadata()
        .build();
  }

  /** The copy for readers other than servers. */
  public static Secret copy(NatsCluster cluster, String name, ServerConfigFile file) {
    return new SecretBuilder()
        .withMetadata(ChildMetadata.of(cluster, name))
        .withType("Opaque")
        .addToData(ServerConfigFile.KEY, file.encoded())
        .build();
  }

  /** The file in a Secret; empty if the key was removed. */
  public static Optional<ServerConfigFile> fileIn(Secret secret) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(ServerConfigFile.KEY))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
        .map(ServerConfigFile::new);
  }

  /** Whether it is for servers; the copy has no annotation. */
  public static boolean isOfRevision(Secret secret) {
    return Optional.ofNullable(secret.getMetadata().getAnnotations())
        .filter(annotations -> annotations.containsKey(BLANK_LINES))
        .isPresent();
  }

  public static int blankLines(Secret secret) {
    return Optional.ofNullable(secret.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(BLANK_LINES))
        .filter(number -> number.matches("\\d"))
        .map(Integer::valueOf)
        .orElse(0);
  }

  /** Another number of blank lines, for the same configuration with other bytes. */
  public static int otherThan(int blankLines) {
    return (blankLines + 1) % MOST_BLANK_LINES;
  }
}
