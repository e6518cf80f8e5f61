package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.testing.NatsServer;

/**
 * Every file we promise to write is one that the server it is meant for takes, and hashes as we do.
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
  void theOldestAndTheNewestServersHaveOne() throws IOException {
    assertThat(files())
        .extracting(golden -> golden.version().tag())
        .contains("1.2.0", "2.10.27", "2.15.2");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aRealServerTakesIt(Golden golden) {
    if (golden.version().major() >= 2) {
      assertThat(NatsServer.complaint(golden.version().tag(), golden.config())).isEmpty();
    } else {
      try (NatsServer server = NatsServer.start(golden.version().tag(), golden.config())) {
        assertThat(server.log()).contains("Server is ready");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void serverReportsDigestOfFileAfterStartAndReload(Golden golden) {
    assumeTrue(
        golden.version().reportsConfigDigest(), "a server that old does not tell its digest");
    assumeTrue(
        golden.config().has("authorization"),
        "a cluster that lets everybody in has no user to add");
    try (NatsServer server = NatsServer.start(golden.version().tag(), golden.config())) {
      assertThat(digestOf(server)).isEqualTo(server.configFile().digest(NatsServer.NAME));
      server.reload(withAnotherUser(golden.config()));
      assertThat(digestOf(server)).isEqualTo(server.configFile().digest(NatsServer.NAME));
    }
  }

  private static String digestOf(NatsServer server) {
    return server.monitoring("/varz").path("config_digest").asText();
  }

  /** With all that Go's JSON encoder escapes, and more. */
  private static ObjectNode withAnotherUser(ObjectNode config) {
    ArrayNode users = (ArrayNode) config.get("authorization").get("users");
    ObjectNode user = users.addObject();
    user.put("username", "<& another \u2028 user >").put("password", "é\"\\/<>&");
    user.putObject("permissions").putArray("publish").add("a.<b>.&").add("ü.\u2029");
    return config;
  }
}
