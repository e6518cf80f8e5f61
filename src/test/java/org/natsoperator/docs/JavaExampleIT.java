package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/** Runs the Java program of {@code example/clients}. */
class JavaExampleIT {

  private static final String USER = "nats-user";
  private static final String REFUSED = "authentication error";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void readsTokenForEachLogin(@TempDir Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "old");
    try (NatsServer server = NatsServer.start(NatsClusterSpec.DEFAULT_VERSION, config("old"))) {
      Process client = start(server, token);
      try {
        long first = awaitLogin(server, 0);
        Files.writeString(token, "new");
        server.reload(config("new"));
        awaitLogin(server, first);
        assertThat(refusals(server)).as("the reload refuses the open connection").hasSize(1);
      } finally {
        client.destroyForcibly().onExit().join();
      }
    }
  }

  private static Process start(NatsServer server, Path token) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            "example/clients/java/Main.java",
            "subject");
    builder
        .environment()
        .putAll(
            Map.of(
                "NATS_URL",
                server.url(),
                "NATS_USER",
                USER,
                "NATS_TOKEN_FILE",
                token.toString(),
                "NATS_INBOX_PREFIX",
                "_INBOX.example"));
    return builder.inheritIO().start();
  }

  /** Returns the ID of a connection that is newer than this one. */
  private static long awaitLogin(NatsServer server, long previous) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> server.monitoring("/connz?auth=1").at("/connections/0/cid").asLong(),
            cid -> cid > previous);
  }

  private static List<String> refusals(NatsServer server) {
    return server.log().lines().filter(line -> line.contains(REFUSED)).toList();
  }

  private static ObjectNode config(String token) {
    ServerUser user = new ServerUser(USER, token, List.of("subject"), List.of("subject"));
    return ServerConfigs.withUsers(NatsClusterSpec.DEFAULT_VERSION, List.of(user));
  }
}
