package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.config.ConfigTrees.RUNNING;
import static org.natsoperator.config.ConfigTrees.tree;
import static org.natsoperator.config.ConfigTrees.with;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.cluster.features.ServerFeatures;

/** The revision of a configuration, which changes if servers must restart. */
class ConfigRevisionTest {

  private static final ServerVersion VERSION = ServerVersion.parse("2.15.3").orElseThrow();

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
    ServerVersion alpine = ServerVersion.parse("2.15.3-alpine").orElseThrow();

    assertThat(ServerConfigFile.revision(tree(RUNNING), alpine, ServerFeatures.reloadable()))
        .isNotEqualTo(revision(tree(RUNNING)));
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
  void revisionDoesNotChangeItsArgument() {
    ObjectNode config = tree(RUNNING);
    revision(config);

    assertThat(config).isEqualTo(tree(RUNNING));
  }

  @Test
  void olderRevisionGetsUsersAndRoutesAndKeepsItsKeys() {
    ObjectNode newer =
        tree(
            """
            {"port": 1, "cluster": {"name": "new", "routes": ["nats://b:6222"]}, "jetstream": {},
             "authorization": {"users": [{"username": "after"}]}}\
            """);

    assertThat(ServerConfigFile.withUsers(tree(RUNNING), newer, true))
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

    assertThat(ServerConfigFile.withUsers(tree(RUNNING), open, true).has("authorization"))
        .isFalse();
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

    assertThat(ServerConfigFile.withUsers(running, newer, true).get("authorization"))
        .isEqualTo(running.get("authorization"));
    assertThat(ServerConfigFile.withUsers(running, newer, false).get("authorization"))
        .as("a foreign callout in a cluster without one")
        .isEqualTo(newer.get("authorization"));
  }

  @Test
  void mergeDoesNotChangeItsArguments() {
    ObjectNode running = tree(RUNNING);
    ObjectNode newer =
        tree("{\"cluster\": {\"routes\": [\"nats://b:6222\"]}, \"authorization\": {}}");
    ObjectNode merged = ServerConfigFile.withUsers(running, newer, true);

    ((ObjectNode) merged.get("authorization")).put("timeout", 1);

    assertThat(running).isEqualTo(tree(RUNNING));
    assertThat(newer.get("authorization")).isEmpty();
  }

  private static String revision(ObjectNode config) {
    return ServerConfigFile.revision(config, VERSION, ServerFeatures.reloadable());
  }
}
