package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.testing.NatsServer;

/**
 * The server of each golden file accepts it, and reports the digest that the operator computes for
 * it.
 */
class GoldenConfigIT {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  /** A golden file {@code nats-VERSION*.conf}. */
  record Golden(String name, String text, ServerVersion version) {

    static Golden read(Path file) {
      String name = file.getFileName().toString();
      String tag = name.replaceFirst("^nats-(\\d+\\.\\d+\\.\\d+).*$", "$1");
      try {
        return new Golden(name, Files.readString(file), ServerVersion.parse(tag).orElseThrow());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    ObjectNode config() {
      return new ServerConfigFile(text).parse();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Golden> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.getFileName().toString().matches("nats-.*\\.conf"))
          .sorted()
          .map(Golden::read)
          .toList();
    }
  }

  @Test
  void oldestAndNewestServersHaveGoldenFile() throws IOException {
    assertThat(files())
        .extracting(golden -> golden.version().tag())
        .contains("1.2.0", "2.10.27", "2.15.3");
  }

  @ParameterizedTest(name = "{0} on its server")
  @MethodSource("files")
  void realServerAcceptsFile(Golden golden) {
    if (golden.version().major() >= 2) {
      assertThat(NatsServer.error(golden.version().tag(), golden.config())).isEmpty();
    } else {
      try (NatsServer server = NatsServer.start(golden.version().tag(), golden.config())) {
        assertThat(server.log()).contains("Server is ready");
      }
    }
  }

  /** Older servers have no {@code config_digest}: the operator compares the load time instead. */
  @ParameterizedTest(name = "{0} on its server")
  @MethodSource("files")
  void serverReportsDigestFrom211AndNewLoadTimeAfterReload(Golden golden) {
    try (NatsServer server = NatsServer.start(golden.version().tag(), golden.config())) {
      JsonNode started = server.monitoring("/varz");
      assertThat(digestIn(started)).isEqualTo(expectedDigest(golden, server));
      server.reload(changed(golden.config()));
      // The server logs the reload before it changes this page.
      await()
          .untilAsserted(
              () -> {
                JsonNode reloaded = server.monitoring("/varz");
                assertThat(digestIn(reloaded)).isEqualTo(expectedDigest(golden, server));
                assertThat(loadTimeIn(reloaded)).isAfter(loadTimeIn(started));
              });
    }
  }

  private static Optional<String> expectedDigest(Golden golden, NatsServer server) {
    return golden.version().reportsConfigDigest()
        ? Optional.of(server.configFile().digest(NatsServer.NAME))
        : Optional.empty();
  }

  private static Optional<String> digestIn(JsonNode varz) {
    return Optional.ofNullable(varz.get("config_digest")).map(JsonNode::asText);
  }

  private static Instant loadTimeIn(JsonNode varz) {
    return OffsetDateTime.parse(varz.path("config_load_time").asText()).toInstant();
  }

  /** Adds a user, or a limit where clients need no login. */
  private static ObjectNode changed(ObjectNode config) {
    return config.has("authorization")
        ? withAnotherUser(config)
        : config.put("max_connections", 500);
  }

  /** Adds a user with all characters that the JSON encoder of Go escapes. */
  private static ObjectNode withAnotherUser(ObjectNode config) {
    ArrayNode users = (ArrayNode) config.get("authorization").get("users");
    ObjectNode user = users.addObject();
    user.put("username", "<& another \u2028 user >").put("password", "é\"\\/<>&");
    user.putObject("permissions").putArray("publish").add("a.<b>.&").add("ü.\u2029");
    return config;
  }
}
