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
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.ReleaseNodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/**
 * A component of Kubernetes fails while roles change. The change takes effect, and no other client
 * is disconnected.
 */
@ReleaseNodeTest
class FailingKubernetesIT {

  /** Longer than the lease duration of the leader election. */
  private static final Duration LONG = Duration.ofSeconds(35);

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private interface Failure {

    /**
     * @param then wakes the operator; the failure calls it when it has begun
     */
    void happen(Runnable then) throws InterruptedException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"kube-apiserver", "etcd", "kubelet", "kube-controller-manager"})
  void rolesChangeDespiteCrash(String component, Sandbox sandbox) throws InterruptedException {
    assertRolesChange(List.of(), then -> new Component(component).crash(), sandbox);
  }

  /** Simulates a machine that was suspended: all connections are lost when the operator wakes. */
  @ParameterizedTest
  @ValueSource(strings = {"kube-apiserver", "etcd", "kubelet", "kube-controller-manager"})
  void rolesChangeDespiteCrashWhileOperatorIsSuspended(String component, Sandbox sandbox)
      throws InterruptedException {
    assertRolesChange(
        operators(),
        then -> {
          new Component(component).crash();
          then.run();
        },
        sandbox);
  }

  @Test
  void rolesChangeDespiteHangingApiServer(Sandbox sandbox) throws InterruptedException {
    assertRolesChange(
        operators(), then -> new Component("kube-apiserver").hang(LONG, then), sandbox);
  }

  @Test
  void rolesChangeDespiteHangingKubelet(Sandbox sandbox) throws InterruptedException {
    assertRolesChange(operators(), then -> new Component("kubelet").hang(LONG, then), sandbox);
  }

  /**
   * @param sleepers processes that are stopped before the roles change
   */
  private static void assertRolesChange(
      List<PodProcesses> sleepers, Failure failure, Sandbox sandbox) throws InterruptedException {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    List<String> before = uids(cluster);
    String token = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sleepers.forEach(sleeper -> sleeper.signal("STOP"));
      sandbox.delete(sandbox.role("leaver"));
      failure.happen(
          () -> {
            assertThat(leavers.connectedTo())
                .as("clients of the deleted role when the failure begins")
                .hasSize(3);
            sleepers.forEach(sleeper -> sleeper.signal("CONT"));
          });
      await().atMost(TIMEOUT).until(() -> leavers.connectedTo().isEmpty());
      await().atMost(TIMEOUT).ignoreExceptions().untilAsserted(() -> cluster.applyRole("newcomer"));
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
      assertThat(stayers.disconnectedBy()).isEmpty();
    } finally {
      sleepers.forEach(sleeper -> sleeper.signal("CONT"));
    }
  }

  /**
   * The status of a container that was just restarted may contain a process that does not exist.
   */
  private static List<PodProcesses> operators() {
    Node.awaitOperator();
    return await()
        .atMost(TIMEOUT)
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
