package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.cluster.features.ServerFeatures;

class ServerConfigFileTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ServerVersion VERSION = ServerVersion.parse("2.15.2").orElseThrow();
  private static final String RUNNING =
      """
      {"port": 4222, "cluster": {"name": "old", "routes": ["nats://a:6222"]}, "max_payload": 1,
       "authorization": {"users": [{"username": "before"}]}, "accounts": {"$SYS": {}}}\
      """;

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
   * A nats-server 2.15.2 with the name example-nats-1 reported these digests for the golden files.
   */
  @ParameterizedTest(name = "digest of {0}")
  @CsvSource({
    "nats-2.15.2.conf, sha256:1cfd117b6a4ddd4a75ee4dc8d73d198f36148323ce3b7b29c135eb02e72c0368",
    "nats-2.15.2-open.conf,"
        + " sha256:0718caf39dde9ac8a6843a0a704109bea724e55737f8323d84b2cff028b6f9f2",
    "nats-2.15.2-without-roles.conf,"
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

  @ParameterizedTest(name = "{0} can be reloaded")
  @CsvSource(
      delimiter = '|',
      value = {
        "authorization    | {\"users\": []}",
        "accounts         | {}",
        "debug            | true",
        "trace            | true",
        "logtime          | false",
        "max_connections  | 7",
        "max_control_line | 7",
        "max_payload      | 7",
        "write_deadline   | \"2s\""
      })
  void revisionStaysIfReloadIsEnough(String key, String value) {
    assertThat(revision(with(key, value))).isEqualTo(revision(tree(RUNNING)));
  }

  @Test
  void readsRoutePassword() {
    ObjectNode config = with("cluster", "{\"routes\": [\"nats://server:secret@a.b.svc:6222\"]}");

    assertThat(ServerConfigFile.of(config, 0).routePassword()).contains("secret");
    assertThat(ServerConfigFile.of(tree(RUNNING), 0).routePassword()).isEmpty();
    assertThat(new ServerConfigFile("not a configuration").routePassword()).isEmpty();
  }

  @Test
  void revisionStaysWhenServersAreAdded() {
    assertThat(revision(with("cluster", "{\"name\": \"old\", \"routes\": []}")))
        .isEqualTo(revision(tree(RUNNING)));
  }

  @ParameterizedTest(name = "{0} needs a restart")
  @CsvSource(
      delimiter = '|',
      value = {
        "port                   | 4223",
        "http_port              | 1",
        "cluster                | {\"name\": \"new\"}",
        "lame_duck_duration     | \"60s\"",
        "lame_duck_grace_period | \"2s\"",
        "jetstream              | {}"
      })
  void revisionChangesIfRestartIsNeeded(String key, String value) {
    assertThat(revision(with(key, value))).isNotEqualTo(revision(tree(RUNNING)));
  }

  @Test
  void revisionChangesWithVersion() {
    ServerVersion alpine = ServerVersion.parse("2.15.2-alpine").orElseThrow();

    assertThat(ServerConfigFile.revision(tree(RUNNING), alpine, ServerFeatures.reloadable()))
        .isNotEqualTo(revision(tree(RUNNING)));
  }

  @Test
  void olderRevisionGetsUsersAndRoutesAndKeepsItsKeys() {
    ObjectNode newer =
        tree(
            """
            {"port": 1, "cluster": {"name": "new", "routes": ["nats://b:6222"]}, "jetstream": {},
             "authorization": {"users": [{"username": "after"}]}}\
            """);

    assertThat(ServerConfigFile.withUsers(tree(RUNNING), newer))
        .isEqualTo(
            tree(
                """
                {"port": 4222, "cluster": {"name": "old", "routes": ["nats://b:6222"]}, "max_payload": 1,
                 "authorization": {"users": [{"username": "after"}]}, "accounts": {"$SYS": {}}}\
                """));
  }

  @Test
  void olderRevisionLosesAuthorizationWithNewerOne() {
    ObjectNode open = tree("{\"cluster\": {\"routes\": []}}");

    assertThat(ServerConfigFile.withUsers(tree(RUNNING), open).has("authorization")).isFalse();
  }

  /** The server rejects a reload that changes the callout, and with it every revocation. */
  @Test
  void olderRevisionThatAsksTheOperatorKeepsItsAuthorization() {
    ObjectNode running = tree(RUNNING);
    running.set("authorization", tree("{\"auth_callout\": {\"issuer\": \"A\"}, \"users\": []}"));
    ObjectNode newer =
        tree(
            """
            {"cluster": {"routes": []}, "authorization": {"users": [{"username": "after"}]}}\
            """);

    assertThat(ServerConfigFile.withUsers(running, newer).get("authorization"))
        .isEqualTo(running.get("authorization"));
  }

  @Test
  void revisionChangesWithCalloutOnly() {
    ObjectNode callout = tree(RUNNING);
    callout.set("authorization", tree("{\"auth_callout\": {\"issuer\": \"A\"}, \"users\": []}"));
    ObjectNode otherUsers = tree(RUNNING);
    otherUsers.set(
        "authorization", tree("{\"auth_callout\": {\"issuer\": \"A\"}, \"users\": [1]}"));
    ObjectNode otherIssuer = tree(RUNNING);
    otherIssuer.set(
        "authorization", tree("{\"auth_callout\": {\"issuer\": \"B\"}, \"users\": []}"));

    assertThat(revision(callout))
        .isEqualTo(revision(otherUsers))
        .isNotEqualTo(revision(otherIssuer))
        .isNotEqualTo(revision(tree(RUNNING)));
  }

  @Test
  void mergeDoesNotChangeItsArguments() {
    ObjectNode running = tree(RUNNING);
    ObjectNode newer =
        tree("{\"cluster\": {\"routes\": [\"nats://b:6222\"]}, \"authorization\": {}}");
    ObjectNode merged = ServerConfigFile.withUsers(running, newer);

    ((ObjectNode) merged.get("authorization")).put("timeout", 1);

    assertThat(running).isEqualTo(tree(RUNNING));
    assertThat(newer.get("authorization")).isEmpty();
  }

  @Test
  void revisionDoesNotChangeItsArgument() {
    ObjectNode config = tree(RUNNING);
    revision(config);

    assertThat(config).isEqualTo(tree(RUNNING));
  }

  private static String revision(ObjectNode config) {
    return ServerConfigFile.revision(config, VERSION, ServerFeatures.reloadable());
  }

  private static ObjectNode named() {
    return tree(RUNNING).put("server_name", "$POD_NAME");
  }

  private static ObjectNode with(String key, String value) {
    ObjectNode config = tree(RUNNING);
    config.set(key, read(value, JsonNode.class));
    return config;
  }

  private static ObjectNode tree(String json) {
    return read(json, ObjectNode.class);
  }

  private static <T extends JsonNode> T read(String json, Class<T> type) {
    try {
      return type.cast(JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String golden) {
    try {
      return Files.readString(Path.of("src/test/resources/golden", golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
