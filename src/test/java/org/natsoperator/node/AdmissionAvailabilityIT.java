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
import org.natsoperator.testing.Stopwatch;
import org.natsoperator.testing.Workloads;

/** Replicas of the operator stop and start while client pods are created all the time. */
@LongNodeTest
class AdmissionAvailabilityIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /** A stopping replica still answers for 5 seconds. */
  private static final Duration AT_ONCE = Duration.ofSeconds(4);

  private static final int REPLICAS = 2;

  @Test
  void deletedReplicaCausesNoFailedAdmission(Sandbox sandbox) throws InterruptedException {
    Node.awaitOperator();
    List<Pod> before = Node.operatorPods();
    assertThat(before)
        .isNotEmpty()
        .allSatisfy(pod -> assertThat(readiness(pod)).isEqualTo(HttpURLConnection.HTTP_OK));
    try (PodCreations creations = creations(sandbox)) {
      for (Pod pod : before) {
        Node.client().resource(pod).delete();
        assertBecomesUnready(pod);
        awaitReplacementOf(List.of(pod));
        Thread.sleep(Duration.ofSeconds(5));
      }
      assertThat(creations.failures()).as(creations::toString).isEmpty();
      assertThat(creations.injected()).isGreaterThan(200);
    }
  }

  @Test
  void rollingRestartCausesNoFailedAdmission(Sandbox sandbox) throws InterruptedException {
    List<Pod> before = Node.operatorPods();
    try (PodCreations creations = creations(sandbox)) {
      operator().rolling().restart();
      awaitReplacementOf(before);
      Thread.sleep(Duration.ofSeconds(5));
      assertThat(creations.failures()).as(creations::toString).isEmpty();
      assertThat(creations.injected()).isGreaterThan(100);
    }
  }

  /**
   * Requests in progress fail. Until Kubernetes notices the crash, it still sends some requests to
   * this replica.
   */
  @Test
  void otherReplicaAnswersSoonAfterCrash(Sandbox sandbox) throws InterruptedException {
    Pod pod = Node.operatorPods().getFirst();
    try (PodCreations creations = creations(sandbox)) {
      PodProcesses.of(pod, "nats-operator").signal("KILL");
      await().atMost(TIMEOUT).until(() -> restarts(pod) > 0);
      Instant noticed = Instant.now();
      Thread.sleep(Duration.ofSeconds(30));
      assertThat(creations.failures())
          .as(creations::toString)
          .allMatch(failure -> failure.requestedAt().isBefore(noticed.plusSeconds(10)));
      assertThat(creations.injected()).isGreaterThan(200);
    }
    // Kubernetes delays each further restart of a crashed pod.
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
          .atMost(TIMEOUT)
          .until(
              () ->
                  secret.get().getData() != null
                      && !secret.get().getData().getOrDefault("tls.crt", leaf).equals(leaf));
      Thread.sleep(Duration.ofSeconds(45));
      assertThat(creations.failures()).as(creations::toString).isEmpty();
      assertThat(creations.injected()).isGreaterThan(200);
    }
  }

  @Test
  void onlyClientPodsFailWithoutAnyReplica(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user");
    String server = cluster.servers().getFirst().uid();
    try {
      operator().scale(0);
      // Terminating pods still answer.
      await().atMost(TIMEOUT).until(() -> Node.operatorPodsIncludingTerminating().isEmpty());
      assertThat(sandbox.kubectlApply(Workloads.pod("client", "user")))
          .contains("failed calling webhook \"pods.nats.io\"");
      sandbox.apply(
          Workloads.pod("other", "user").replaceAll("nats_cluster: \\S+}", "other: label}"));
      sandbox.client().pods().inNamespace(sandbox.namespace()).withName(CLUSTER + "-1").delete();
      await()
          .atMost(TIMEOUT)
          .until(() -> cluster.server(1).filter(fresh -> !fresh.uid().equals(server)).isPresent());
    } finally {
      operator().scale(REPLICAS);
    }
    Node.awaitOperator();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(sandbox.kubectlApply(Workloads.pod("client", "user")))
                    .contains("created"));
  }

  /** Creates pods of an existing cluster, which is the usual case. */
  private static PodCreations creations(Sandbox sandbox) {
    RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user");
    PodCreations creations = new PodCreations(sandbox, "user");
    await().until(() -> creations.injected() > 20);
    return creations;
  }

  /** A pause of this machine may be longer than the time in which the replica still answers. */
  private static void assertBecomesUnready(Pod pod) {
    Stopwatch stopwatch = Stopwatch.start();
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(
            () ->
                stopwatch.pauses().compareTo(Duration.ofSeconds(1)) > 0
                    || readiness(pod) == HttpURLConnection.HTTP_UNAVAILABLE);
    assertThat(stopwatch.elapsed()).isLessThan(AT_ONCE);
  }

  /** Restarts since this state of the pod. */
  private static int restarts(Pod before) {
    return restartCount(Node.client().resource(before).get()) - restartCount(before);
  }

  private static int restartCount(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }

  private static int readiness(Pod pod) throws IOException {
    return Actuator.of(pod).code("health/readiness");
  }

  private static void awaitReplacementOf(List<Pod> pods) {
    Set<String> deleted =
        pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                Node.operatorPodsIncludingTerminating().stream()
                    .noneMatch(pod -> deleted.contains(pod.getMetadata().getUid())));
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
