package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.ReleaseNodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** The test kills the operator at random moments of the walkthrough. */
@ReleaseNodeTest
class KilledOperatorIT {

  private static final int KILLS = 20;
  private static final int SOON = 2_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final String LEASE = "nats-operator";

  /**
   * An action of a user and its expected result.
   *
   * @param millis approximate duration, so that the kill can meet each server of a rollout
   */
  private record Step(String name, int millis, Runnable action, Runnable awaitResult) {}

  private Sandbox sandbox;
  private RunningCluster cluster;
  private String token;

  @Test
  void killedOperatorReachesSameStateWithoutDisconnects(Sandbox fresh) throws InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println(
        "Random moments of seed " + seed + "; the same again: JAVA_TOOL_OPTIONS=-Dseed=" + seed);
    Random random = new Random(seed);
    sandbox = fresh;
    cluster = RunningCluster.start(sandbox, Manifests.cluster(), "untouched");
    List<Step> steps = steps();
    for (int kill = 0; kill < KILLS; kill++) {
      Step step = steps.get(kill % steps.size());
      int moment = random.nextInt(step.millis());
      System.out.printf("kill %d: %d ms after: %s%n", kill + 1, moment, step.name());
      Pod killed;
      try (Clients untouched = clientsOfExistingCluster()) {
        step.action().run();
        Thread.sleep(moment);
        killed = killTheLeader();
        step.awaitResult().run();
        assertOnlyDeletedServersDisconnectedClients(untouched, step);
      }
      replace(killed);
    }
  }

  private Clients clientsOfExistingCluster() {
    return sandbox.token("untouched", CLUSTER).isPresent()
        ? cluster.login("untouched")
        : cluster.noClients();
  }

  private List<Step> steps() {
    return List.of(
        new Step(
            "a role is applied", SOON, () -> cluster.applyRole("guest"), this::awaitGuestAccepted),
        new Step(
            "a role is edited",
            SOON,
            () -> sandbox.apply(Manifests.role("guest", "greetings", "more")),
            this::awaitGuestAccepted),
        new Step("its token is reissued", SOON, this::reissue, this::awaitNewToken),
        new Step(
            "the cluster grows",
            4_000,
            () -> sandbox.apply(Manifests.cluster(4, "2.15.3")),
            this::awaitGuestAccepted),
        new Step(
            "the version changes",
            24_000,
            () -> sandbox.apply(Manifests.cluster(4, "2.10.27")),
            this::awaitGuestAccepted),
        new Step(
            "the cluster shrinks",
            7_000,
            () -> sandbox.apply(Manifests.cluster(3, "2.10.27")),
            this::awaitGuestAccepted),
        new Step(
            "a role is deleted",
            SOON,
            () -> sandbox.delete(sandbox.role("guest")),
            this::awaitGuestRejected),
        new Step(
            "the version changes back",
            18_000,
            () -> sandbox.apply(Manifests.cluster()),
            cluster::awaitReady),
        new Step(
            "the cluster is deleted",
            SOON,
            () -> sandbox.delete(sandbox.cluster(CLUSTER)),
            this::awaitAllDeleted),
        new Step(
            "the cluster is applied",
            6_000,
            () -> sandbox.apply(Manifests.cluster()),
            this::awaitOtherRoleInForce));
  }

  private void reissue() {
    token = cluster.token("guest");
    sandbox.apply(
        Manifests.role("guest", "greetings")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {nats.io/reissue: '%d'}\n"
                    .formatted(System.nanoTime())));
  }

  private void awaitNewToken() {
    String old = token;
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(answers("guest", old)).containsOnly(REFUSAL));
    awaitGuestAccepted();
  }

  private void awaitGuestAccepted() {
    cluster.awaitReady();
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(answers("guest", cluster.token("guest"))).containsOnly(WELCOME));
    cluster.awaitInForce("guest");
    token = cluster.token("guest");
  }

  private void awaitGuestRejected() {
    String old = token;
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(answers("guest", old)).containsOnly(REFUSAL));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(sandbox.token("guest", CLUSTER)).isEmpty());
    cluster.awaitReady();
  }

  private void awaitAllDeleted() {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              assertThat(cluster.pods()).isEmpty();
              assertThat(
                      sandbox.client().secrets().inNamespace(sandbox.namespace()).list().getItems())
                  .isEmpty();
              assertThat(
                      sandbox
                          .client()
                          .services()
                          .inNamespace(sandbox.namespace())
                          .list()
                          .getItems())
                  .isEmpty();
            });
  }

  private void awaitOtherRoleInForce() {
    cluster.awaitReady();
    cluster.awaitInForce("untouched");
    assertThat(answers("untouched", cluster.token("untouched"))).containsOnly(WELCOME);
  }

  private List<String> answers(String user, String password) {
    return cluster.servers().stream().map(server -> server.answerTo(user, password)).toList();
  }

  private void assertOnlyDeletedServersDisconnectedClients(Clients clients, Step step) {
    List<String> running = cluster.servers().stream().map(RunningServer::uid).toList();
    assertThat(clients.disconnectedBy())
        .as(step.name())
        .extracting(RunningServer::uid)
        .noneMatch(running::contains);
  }

  private static Optional<Pod> leader() {
    String namespace = Node.operatorPods().getFirst().getMetadata().getNamespace();
    String holder =
        Node.client()
            .leases()
            .inNamespace(namespace)
            .withName(LEASE)
            .get()
            .getSpec()
            .getHolderIdentity();
    return Node.operatorPods().stream()
        .filter(pod -> pod.getMetadata().getName().equals(holder))
        .findFirst();
  }

  /** Kills the leader and returns its pod. */
  private static Pod killTheLeader() {
    Pod leader = leader().orElseThrow();
    PodProcesses.of(leader, "nats-operator").signal("KILL");
    return leader;
  }

  /** Replaces the pod. Otherwise Kubernetes delays each further restart. */
  private static void replace(Pod killed) {
    Node.client().resource(killed).delete();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              List<Pod> pods = Node.operatorPods();
              assertThat(pods)
                  .extracting(pod -> pod.getMetadata().getUid())
                  .hasSize(2)
                  .doesNotContain(killed.getMetadata().getUid());
              assertThat(pods).as("ready").allMatch(Readiness::isPodReady);
              assertThat(leader()).as("the pod that holds the Lease").isPresent();
            });
  }
}
