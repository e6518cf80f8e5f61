package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ForbiddenCreation;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * The API server rejects token requests. Then there is no login, especially none with an empty
 * password.
 */
@OperatorTest
class RefusedTokensIT {

  private static final String MESSAGE = "tokens are not for sale";

  @Test
  void roleReportsRefusedTokenRequestAndRecovers(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.serviceAccount("probe"));
    try (ForbiddenCreation ban =
        ForbiddenCreation.on(
            sandbox, "serviceaccounts/token", MESSAGE, () -> issueToken(sandbox))) {
      sandbox.apply(
          Manifests.cluster(), Manifests.serviceAccount("user"), Manifests.role("user", "foo"));
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.roleCondition("user", "Ready").getReason())
                      .isEqualTo("Refused"));
      assertThat(sandbox.roleCondition("user", "Ready").getMessage()).contains(MESSAGE);
      await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly("_nobody"));
      try (NatsServer server =
          NatsServer.start("2.15.3", sandbox.configs(CLUSTER).get(CLUSTER).parse())) {
        for (Map<String, String> nothing :
            List.of(
                Map.of("user", "user", "pass", ""),
                Map.of("user", "user"),
                Map.<String, String>of())) {
          assertThat(Login.with(server, nothing)).isEqualTo(Login.REFUSAL);
        }
      }
    }
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("user"));
  }

  private static void issueToken(Sandbox sandbox) {
    sandbox
        .client()
        .serviceAccounts()
        .inNamespace(sandbox.namespace())
        .withName("probe")
        .tokenRequest();
  }
}
