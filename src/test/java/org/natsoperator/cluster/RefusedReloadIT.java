package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A nats-server rejects its new file: it aborts the reload and keeps its configuration. */
@LongTest
@OperatorTest
@ExtendWith(OutputCaptureExtension.class)
class RefusedReloadIT {

  private static final String ONE_SERVER =
      "size: 1\n"
          + "version: \"2.15.3\"\n"
          + "pod: {enableConfigReload: true}\n"
          + "auth: {enableServiceAccounts: true}\n";

  @Test
  void roleIsNotInForceUntilServerAcceptsReload(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster(ONE_SERVER),
        Manifests.serviceAccount("leaver"),
        Manifests.serviceAccount("newcomer"),
        Manifests.role("leaver", "foo"));
    StatefulSet set =
        await()
            .until(
                () ->
                    sandbox
                        .client()
                        .apps()
                        .statefulSets()
                        .inNamespace(sandbox.namespace())
                        .withName(CLUSTER)
                        .get(),
                created -> created != null);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      await()
          .untilAsserted(
              () -> assertThat(ready("leaver", sandbox).getReason()).isEqualTo("InForce"));
      String token = sandbox.token("leaver", CLUSTER).orElseThrow();
      assertThat(server.server().answerTo("leaver", token)).isEqualTo(WELCOME);

      server.breakFiles();
      await().until(() -> server.abortedReloads() == 1);
      sandbox.apply(Manifests.role("newcomer", "foo"));
      sandbox.delete(sandbox.role("leaver"));
      await()
          .untilAsserted(() -> assertThat(applied(sandbox).getReason()).isEqualTo("ServerRefuses"));
      assertThat(applied(sandbox).getMessage()).contains(CLUSTER + "-1");
      await().until(() -> server.abortedReloads() > 1);
      await()
          .untilAsserted(
              () -> assertThat(ready("newcomer", sandbox).getStatus()).isEqualTo("False"));
      assertThat(server.server().answerTo("leaver", token)).isEqualTo(WELCOME);

      server.restoreFiles();
      await().until(() -> server.server().answerTo("leaver", token).equals(REFUSAL));
      await().untilAsserted(() -> assertThat(applied(sandbox).getStatus()).isEqualTo("True"));
      await()
          .untilAsserted(
              () -> assertThat(ready("newcomer", sandbox).getReason()).isEqualTo("InForce"));
      assertThat(
              server
                  .server()
                  .answerTo("newcomer", sandbox.token("newcomer", CLUSTER).orElseThrow()))
          .isEqualTo(WELCOME);
    }
  }

  /** Without a sidecar the operator asks for a reload at each reconciliation, once a second. */
  @Test
  void logDoesNotRepeatRefusal(Sandbox sandbox, CapturedOutput output) throws Exception {
    sandbox.apply(
        Manifests.cluster(ONE_SERVER.replace("Reload: true", "Reload: false")),
        Manifests.serviceAccount("a"),
        Manifests.role("a", "foo"));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      await().untilAsserted(() -> assertThat(ready("a", sandbox).getReason()).isEqualTo("InForce"));
      server.breakFiles();
      await().until(() -> server.abortedReloads() >= 1);
      sandbox.delete(sandbox.role("a"));
      await()
          .untilAsserted(() -> assertThat(applied(sandbox).getReason()).isEqualTo("ServerRefuses"));
      await().until(() -> server.abortedReloads() > 3);
    }
    assertThat(output.getAll().split("rejected its configuration", -1)).hasSizeLessThan(3);
  }

  private static Condition applied(Sandbox sandbox) {
    return sandbox.clusterCondition(CLUSTER, "ConfigApplied");
  }

  private static Condition ready(String role, Sandbox sandbox) {
    return sandbox.roleCondition(role, "Ready");
  }
}
