package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.config.ConfigTrees.RUNNING;
import static org.natsoperator.config.ConfigTrees.tree;
import static org.natsoperator.config.ConfigTrees.with;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of nats.conf: its digest, its copy without passwords, and its variable. */
class ServerConfigFileTest {

  @Test
  void paddingChangesFileButNotContent() {
    ServerConfigFile file = ServerConfigFile.of(tree(RUNNING), 0);
    ServerConfigFile other = ServerConfigFile.of(tree(RUNNING), 1);

    assertThat(other.text()).isEqualTo(file.text() + "\n");
    assertThat(other.hash()).isNotEqualTo(file.hash());
    assertThat(other.digest("any")).isEqualTo(file.digest("any"));
    assertThat(other.parse()).isEqualTo(tree(RUNNING));
  }

  /**
   * A nats-server 2.15.3 with the name example-nats-1 reported these digests for the golden files.
   */
  @ParameterizedTest(name = "digest of {0}")
  @CsvSource({
    "nats-2.15.3.conf, sha256:1cfd117b6a4ddd4a75ee4dc8d73d198f36148323ce3b7b29c135eb02e72c0368",
    "nats-2.15.3-open.conf,"
        + " sha256:0718caf39dde9ac8a6843a0a704109bea724e55737f8323d84b2cff028b6f9f2",
    "nats-2.15.3-without-roles.conf,"
        + " sha256:0935647294881a5984ce01ff9d75d606cfd09fa6741acbfff6fb566213a53d4b"
  })
  void digestEqualsThatOfRealServer(String golden, String expected) {
    assertThat(new ServerConfigFile(read(golden)).digest("example-nats-1")).isEqualTo(expected);
  }

  @Test
  void digestDiffersPerServerWithServerName() {
    ServerConfigFile file = ServerConfigFile.of(named(), 0);

    assertThat(file.digest("example-nats-1")).isNotEqualTo(file.digest("example-nats-2"));
  }

  @Test
  void digestIsTheSameForAllServersWithoutServerName() {
    ServerConfigFile file = ServerConfigFile.of(tree(RUNNING), 0);

    assertThat(file.digest("example-nats-1")).isEqualTo(file.digest("example-nats-2"));
  }

  @Test
  void serverNameIsVariableForServersAndStringInCopy() {
    assertThat(ServerConfigFile.of(named(), 0).text()).contains("\"server_name\" : $POD_NAME");
    assertThat(tree(ServerConfigFile.copy(named()).text()).get("server_name").asText())
        .isEqualTo("$POD_NAME");
  }

  @Test
  void copyDiffersOnlyInPasswordOfRoutes() {
    ObjectNode config =
        with(
            "cluster",
            """
            {"name": "a", "authorization": {"user": "server", "password": "secret"}, "port": 6222,
             "routes": ["nats://server:secret@a.b.svc:6222", "nats://c.b.svc:6222"]}
            """);

    assertThat(tree(ServerConfigFile.copy(config).text()))
        .isEqualTo(
            with(
                "cluster",
                """
                {"name": "a", "port": 6222, "routes": ["nats://a.b.svc:6222", "nats://c.b.svc:6222"]}
                """));
    assertThat(config.at("/cluster/authorization/password").asText()).isEqualTo("secret");
  }

  @Test
  void parsesFileWithVariable() {
    assertThat(ServerConfigFile.of(named(), 3).parse()).isEqualTo(named());
  }

  @Test
  void doesNotTreatSubjectAsVariable() {
    ObjectNode config = tree(RUNNING).put("subject", "\"server_name\" : \"$POD_NAME\"");

    assertThat(tree(ServerConfigFile.of(config, 0).text())).isEqualTo(config);
  }

  @Test
  void readsRoutePassword() {
    ObjectNode config = with("cluster", "{\"routes\": [\"nats://server:secret@a.b.svc:6222\"]}");

    assertThat(ServerConfigFile.of(config, 0).routePassword()).contains("secret");
    assertThat(ServerConfigFile.of(tree(RUNNING), 0).routePassword()).isEmpty();
    assertThat(new ServerConfigFile("not a configuration").routePassword()).isEmpty();
  }

  private static ObjectNode named() {
    return tree(RUNNING).put("server_name", "$POD_NAME");
  }

  private static String read(String golden) {
    try {
      return Files.readString(Path.of("src/test/resources/golden", golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
