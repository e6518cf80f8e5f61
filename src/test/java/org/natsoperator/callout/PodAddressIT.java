package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** With {@code bindToPodAddress}, a token works only from the address of its pod. */
@OperatorTest
class PodAddressIT {

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.14.10", "2.15.3"})
  void stolenTokenIsRefused(String version, Sandbox sandbox) throws Exception {
    try (ProjectedCluster cluster = ProjectedCluster.start(version, sandbox)) {
      String token = cluster.podToken(POD);
      cluster.set("{bindToPodAddress: true}");

      moveTo("192.0.2.1", sandbox);
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
      moveTo("127.0.0.1", sandbox);
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));
    }
  }

  private static void moveTo(String address, Sandbox sandbox) {
    String status = "status: {podIP: %1$s, podIPs: [{ip: %1$s}]}".formatted(address);
    assertThat(
            sandbox.kubectl(
                "patch", "pod", POD, "--subresource=status", "--type=merge", "--patch", status))
        .contains("patched");
  }
}
