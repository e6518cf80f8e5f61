package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerConfigFile;

/**
 * The Secrets that hold nats.conf: one for the servers of each revision, and a copy under the
 * cluster's own name.
 */
public final class ConfigSecret {

  /** How many blank lines end the file; see {@link ServerConfigFile}. */
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

  /** The Secret for those who only read. */
  public static Secret copy(NatsCluster cluster, String name, ServerConfigFile file) {
    return new SecretBuilder()
        .withMetadata(ChildMetadata.of(cluster, name))
        .withType("Opaque")
        .addToData(ServerConfigFile.KEY, file.encoded())
        .build();
  }

  /** The file in a Secret; empty if somebody took it out. */
  public static Optional<ServerConfigFile> fileIn(Secret secret) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(ServerConfigFile.KEY))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
        .map(ServerConfigFile::new);
  }

  /** Whether servers mount it; the copy for readers of old says nothing of blank lines. */
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

  /** Another number of blank lines, for a file that says the same in other bytes. */
  public static int otherThan(int blankLines) {
    return (blankLines + 1) % MOST_BLANK_LINES;
  }
}
