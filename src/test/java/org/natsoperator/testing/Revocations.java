package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;

/**
 * Revocations of the only role of a cluster, while its client is connected.
 *
 * @param sandbox with the ServiceAccount {@code a}
 * @param server of the cluster
 */
public record Revocations(Sandbox sandbox, RunningServer server) {

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int IN_A_ROW = 3;
  private static final String USER = "a";

  /** Fails if one of three does not take effect in time. */
  public void assertInTime() {
    for (int i = 0; i < IN_A_ROW; i++) {
      assertOneInTime();
    }
  }

  private void assertOneInTime() {
    sandbox.apply(Manifests.role(USER, "foo"));
    sandbox.awaitRole(USER, "InForce");
    String token = token();
    try (NatsClient client = server.login(USER, token)) {
      sandbox.delete(sandbox.role(USER));
      Stopwatch.within(
          LONGEST,
          () -> {
            assertThat(client.isConnected()).as("connected").isFalse();
            assertThat(sandbox.users(CLUSTER)).doesNotContain(USER);
          });
      assertThat(server.answerTo(USER, token)).isEqualTo(REFUSAL);
    }
  }

  private String token() {
    return sandbox.token(USER, CLUSTER).orElseThrow();
  }
}
