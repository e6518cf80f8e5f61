package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Component;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/**
 * Kubernetes itself fails while roles change: what was wanted comes, and nobody else is
 * disconnected.
 */
@LongNodeTest
class FailingKubernetesIT {

  /** Longer than the operator's leader keeps its lease. */
  private static final Duration LONG = Duration.ofSeconds(25);

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private interface Mishap {

    /**
     * @param then wakes the operator; is run when the mishap has begun
     */
    void happen(Runnable then) throws InterruptedException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"kube-apiserver", "etcd", "kubelet", "kube-controller-manager"})
  void aComponentCrashes(String component, Sandbox sandbox) throws InterruptedException {
    rolesChangeAllTheSame(List.of(), then -> new Component(component).crash(), sandbox);
  }

  /**
   * As on a machine that was suspended: what it was connected to is gone when it wakes, and much
   * has happened.
   */
  @ParameterizedTest
  @ValueSource(strings = {"kube-apiserver", "etcd", "kubelet", "kube-controller-manager"})
  void aComponentCrashesWhileTheOperatorSleeps(String component, Sandbox sandbox)
      throws InterruptedException {
    rolesChangeAllTheSame(
        operators(),
        then -> {
          new Component(component).crash();
          then.run();
        },
        sandbox);
  }

  @Test
  void theApiServerHangs(Sandbox sandbox) throws InterruptedException {
    rolesChangeAllTheSame(
        operators(), then -> new Component("kube-apiserver").hang(LONG, then), sandbox);
  }

  @Test
  void theKubeletHangs(Sandbox sandbox) throws InterruptedException {
    rolesChangeAllTheSame(operators(), then -> new Component("kubelet").hang(LONG, then), sandbox);
  }

  /**
   * @param sleepers who are stopped before the roles change
   */
  private static void rolesChangeAllTheSame(
      List<PodProcesses> sleepers, Mishap mishap, Sandbox sandbox) throws InterruptedException {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    List<String> before = uids(cluster);
    String token = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sleepers.forEach(sleeper -> sleeper.signal("STOP"));
      sandbox.delete(sandbox.role("leaver"));
      mishap.happen(
          () -> {
            assertThat(leavers.connectedTo())
                .as("those who must go, when the mishap begins")
                .hasSize(3);
            sleepers.forEach(sleeper -> sleeper.signal("CONT"));
          });
      await().atMost(PATIENCE).until(() -> leavers.connectedTo().isEmpty());
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> cluster.applyRole("newcomer"));
      cluster.awaitInForce("newcomer");
      cluster.awaitReady();
      assertThat(cluster.servers())
          .isNotEmpty()
          .allSatisfy(server -> assertThat(server.answerTo("leaver", token)).isEqualTo(REFUSAL))
          .allSatisfy(
              server ->
                  assertThat(server.answerTo("newcomer", cluster.token("newcomer")))
                      .isEqualTo(WELCOME));
      assertThat(uids(cluster)).as("servers").isEqualTo(before);
      assertThat(stayers.thrownOutOf()).isEmpty();
    } finally {
      sleepers.forEach(sleeper -> sleeper.signal("CONT"));
    }
  }

  /** A container that was just started anew has no process that its status knows. */
  private static List<PodProcesses> operators() {
    Node.awaitOperator();
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(FailingKubernetesIT::processes, Objects::nonNull);
  }

  private static List<PodProcesses> processes() {
    return Node.operatorPods().stream().map(pod -> PodProcesses.of(pod, "nats-operator")).toList();
  }

  private static List<String> uids(RunningCluster cluster) {
    return cluster.servers().stream().map(server -> server.uid()).toList();
  }
}
