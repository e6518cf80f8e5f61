package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.PodCreations;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Workloads;

/** Those who serve the webhooks come and go while client pods are created all the time. */
@LongNodeTest
class AdmissionMishapsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** While it still answers, for 5 seconds. */
  private static final Duration AT_ONCE = Duration.ofSeconds(4);

  private static final int REPLICAS = 2;

  @Test
  void aReplicaIsDeletedAndNobodyNotices(Sandbox sandbox) throws InterruptedException {
    Node.awaitOperator();
    List<Pod> before = Node.operatorPods();
    assertThat(before)
        .isNotEmpty()
        .allSatisfy(pod -> assertThat(readiness(pod)).isEqualTo(HttpURLConnection.HTTP_OK));
    try (PodCreations creations = creations(sandbox)) {
      for (Pod pod : before) {
        Node.client().resource(pod).delete();
        await()
            .atMost(AT_ONCE)
            .ignoreExceptions()
            .until(() -> readiness(pod) == HttpURLConnection.HTTP_UNAVAILABLE);
        awaitReplacementOf(List.of(pod));
        Thread.sleep(Duration.ofSeconds(5));
      }
      assertThat(creations.failures()).as(creations::toString).isEmpty();
      assertThat(creations.wired()).isGreaterThan(200);
    }
  }

  @Test
  void allReplicasAreReplacedAndNobodyNotices(Sandbox sandbox) throws InterruptedException {
    List<Pod> before = Node.operatorPods();
    try (PodCreations creations = creations(sandbox)) {
      operator().rolling().restart();
      awaitReplacementOf(before);
      Thread.sleep(Duration.ofSeconds(5));
      assertThat(creations.failures()).as(creations::toString).isEmpty();
      assertThat(creations.wired()).isGreaterThan(100);
    }
  }

  /**
   * Nobody can answer what it had begun; until Kubernetes has noticed, some of the callers are
   * still sent to it.
   */
  @Test
  void aReplicaCrashesAndSoonTheOtherAnswersAll(Sandbox sandbox) throws InterruptedException {
    Pod pod = Node.operatorPods().getFirst();
    try (PodCreations creations = creations(sandbox)) {
      Instant crash = Instant.now();
      PodProcesses.of(pod, "nats-operator").signal("KILL");
      Thread.sleep(Duration.ofSeconds(30));
      assertThat(creations.failures())
          .as(creations::toString)
          .allMatch(failure -> failure.asked().isBefore(crash.plusSeconds(10)));
      assertThat(creations.wired()).isGreaterThan(200);
    }
    // A pod that has crashed may be started later and later.
    Node.client().resource(pod).delete();
    awaitReplacementOf(List.of(pod));
  }

  @Test
  void certificateAndCaRotateWithoutFailedAdmissions(Sandbox sandbox) throws InterruptedException {
    var secret =
        Node.client()
            .secrets()
            .inNamespace(Node.operatorPods().getFirst().getMetadata().getNamespace())
            .withName("nats-operator-webhooks");
    String leaf = secret.get().getData().get("tls.crt");
    try (PodCreations creations = creations(sandbox)) {
      secret.edit(
          old -> {
            old.setData(null);
            return old;
          });
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  secret.get().getData() != null
                      && !secret.get().getData().getOrDefault("tls.crt", leaf).equals(leaf));
      Thread.sleep(Duration.ofSeconds(45));
      assertThat(creations.failures()).as(creations::toString).isEmpty();
      assertThat(creations.wired()).isGreaterThan(200);
    }
  }

  @Test
  void withoutAnyReplicaOnlyClientPodsWait(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.2"), "user");
    String server = cluster.servers().getFirst().uid();
    try {
      operator().scale(0);
      // Those that are leaving still answer.
      await().atMost(PATIENCE).until(() -> Node.operatorPodsAndThoseThatLeave().isEmpty());
      assertThat(sandbox.kubectlApply(Workloads.pod("client", "user")))
          .contains("failed calling webhook \"pods.nats.io\"");
      sandbox.apply(
          Workloads.pod("stranger", "user").replaceAll("nats_cluster: \\S+}", "other: label}"));
      sandbox.client().pods().inNamespace(sandbox.namespace()).withName(CLUSTER + "-1").delete();
      await()
          .atMost(PATIENCE)
          .until(() -> cluster.server(1).filter(fresh -> !fresh.uid().equals(server)).isPresent());
    } finally {
      operator().scale(REPLICAS);
    }
    Node.awaitOperator();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(sandbox.kubectlApply(Workloads.pod("client", "user")))
                    .contains("created"));
  }

  /** Pods of a cluster that exists, as it is for most. */
  private static PodCreations creations(Sandbox sandbox) {
    RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.2"), "user");
    PodCreations creations = new PodCreations(sandbox, "user");
    await().until(() -> creations.wired() > 20);
    return creations;
  }

  private static int readiness(Pod pod) throws IOException {
    return Actuator.of(pod).code("health/readiness");
  }

  private static void awaitReplacementOf(List<Pod> pods) {
    Set<String> gone =
        pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Node.operatorPodsAndThoseThatLeave().stream()
                    .noneMatch(pod -> gone.contains(pod.getMetadata().getUid())));
    Node.awaitOperator();
  }

  private static RollableScalableResource<Deployment> operator() {
    Deployment deployment =
        Node.client()
            .apps()
            .deployments()
            .inAnyNamespace()
            .withLabel("app.kubernetes.io/name", "nats-operator")
            .list()
            .getItems()
            .getFirst();
    return Node.client()
        .apps()
        .deployments()
        .inNamespace(deployment.getMetadata().getNamespace())
        .withName(deployment.getMetadata().getName());
  }
}
