package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ForbiddenCreation;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * A new server version needs a new revision of nats.conf in its own Secret. The API server refuses
 * to create this Secret, as with an exhausted quota.
 */
@OperatorTest
class RefusedRevisionIT {

  private static final String REASON = "no more secrets here";

  @Test
  void revokesUserOnOldServerWhileSecretOfNewRevisionIsRefused(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster(1, "2.15.3"),
        Manifests.serviceAccount("user"),
        Manifests.role("user", "foo"));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      sandbox.awaitRole("user", "InForce");
      String token = sandbox.token("user", CLUSTER).orElseThrow();
      Set<String> secrets = Set.of(CLUSTER, server.configSecret());
      assertThat(sandbox.configs(CLUSTER))
          .as("the copy and one revision")
          .containsOnlyKeys(secrets);
      assertThat(users(sandbox, server.configSecret())).contains("user");
      assertThat(server.server().answerTo("user", token)).isEqualTo(WELCOME);
      try (ForbiddenCreation ban =
          ForbiddenCreation.on(sandbox, "secrets", REASON, () -> createSecret(sandbox))) {
        sandbox.apply(Manifests.cluster(1, "2.10.27"));
        awaitRefusal(sandbox);
        sandbox.delete(sandbox.role("user"));
        awaitRevocation(sandbox, server, token);
        assertThat(sandbox.configs(CLUSTER)).containsOnlyKeys(secrets);
      }
    }
  }

  private static void awaitRevocation(Sandbox sandbox, LoopbackServer server, String token) {
    await()
        .untilAsserted(
            () ->
                assertThat(users(sandbox, server.configSecret()))
                    .as("users in Secret %s, which the server mounts", server.configSecret())
                    .isNotEmpty()
                    .doesNotContain("user"));
    await()
        .untilAsserted(
            () -> assertThat(server.server().answerTo("user", token)).isEqualTo(REFUSAL));
  }

  private static void awaitRefusal(Sandbox sandbox) {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("Refused"));
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage()).contains(REASON);
  }

  /** The users in the nats.conf of one Secret. */
  private static List<String> users(Sandbox sandbox, String secret) {
    return sandbox
        .configs(CLUSTER)
        .get(secret)
        .parse()
        .at("/authorization/users")
        .valueStream()
        .map(user -> user.get("username").asText())
        .toList();
  }

  private static void createSecret(Sandbox sandbox) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withGenerateName("any-")
            .withNamespace(sandbox.namespace())
            .endMetadata()
            .build();
    sandbox.client().resource(secret).create();
  }
}
