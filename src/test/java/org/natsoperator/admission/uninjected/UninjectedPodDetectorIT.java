package org.natsoperator.admission.uninjected;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.lookup.ClientClusterCache;
import org.natsoperator.lookup.PageSize;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OneAttempt;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.RequestLog;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.WebhookPropertiesFixture;

/** Pods of a real API server that calls no webhook. None of them is injected. */
@ExtendWith(ApiServer.class)
class UninjectedPodDetectorIT {

  @Test
  void countsPodsAndEmitsOneEventPerOwner(Sandbox sandbox, Sandbox other) {
    prepare(sandbox);
    prepare(other);
    ReplicaSet owner = replicaSet(sandbox);
    Pod bare = pod(sandbox, "bare", null);
    pod(sandbox, "web-1", owner);
    pod(sandbox, "web-2", owner);
    pod(other, "not-watched", null);
    UninjectedPodDetector detector = detector(sandbox, false);

    assertThat(detector.check()).isEqualTo(3);
    assertThat(sandbox.events(owner))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getReason()).isEqualTo("PodsMissed");
              assertThat(event.getType()).isEqualTo("Warning");
              assertThat(event.getNote()).contains("web-1, web-2;").doesNotContain("bare");
            });
    assertThat(sandbox.events(bare))
        .singleElement()
        .satisfies(event -> assertThat(event.getNote()).contains("bare;"));
    pod(sandbox, "web-3", owner);
    assertThat(detector.check()).isEqualTo(4);
    assertThat(sandbox.events(owner))
        .extracting(event -> event.getNote().contains("web-1"))
        .containsExactlyInAnyOrder(true, false);
    assertThat(names(sandbox))
        .as("pods without evictions")
        .containsExactlyInAnyOrder("bare", "web-1", "web-2", "web-3");
  }

  @Test
  void ignoresNamespaceThatIsOptedOut(Sandbox sandbox) {
    prepare(sandbox);
    pod(sandbox, "bare", null);
    UninjectedPodDetector detector = detector(sandbox, true);
    assertThat(detector.check()).isEqualTo(1);
    sandbox
        .client()
        .namespaces()
        .withName(sandbox.namespace())
        .edit(
            namespace ->
                new NamespaceBuilder(namespace)
                    .editMetadata()
                    .addToLabels("nats.io/inject", "disabled")
                    .endMetadata()
                    .build());

    assertThat(detector.check()).isZero();
  }

  @Test
  void countsPodsOnSeveralPages(Sandbox sandbox) {
    prepare(sandbox);
    int pods = (int) PageSize.USUAL + 1;
    for (int i = 0; i < pods; i++) {
      pod(sandbox, "pod-" + i, null);
    }

    assertThat(detector(sandbox, false).check()).isEqualTo(pods);
  }

  @Test
  void evictsOwnedPodsAFewAtATimeIfEnabled(Sandbox sandbox) throws InterruptedException {
    prepare(sandbox);
    ReplicaSet owner = replicaSet(sandbox);
    pod(sandbox, "bare", null);
    for (int i = 0; i < 6; i++) {
      pod(sandbox, "web-" + i, owner);
    }
    Thread.sleep(Duration.ofMillis(1100)); // Times of pods are whole seconds.
    UninjectedPodDetector detector = detector(sandbox, true);

    assertThat(detector.check()).isEqualTo(7);
    assertThat(names(sandbox)).hasSize(2).contains("bare");
    pod(sandbox, "uninjected-again", owner);
    assertThat(detector.check()).isEqualTo(3);
    assertThat(detector.check()).isEqualTo(2);
    assertThat(names(sandbox)).containsExactlyInAnyOrder("bare", "uninjected-again");
  }

  @Test
  void doesNotEvictPodsThatBudgetProtects(Sandbox sandbox) {
    prepare(sandbox);
    sandbox.apply(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec: {maxUnavailable: 0, selector: {matchLabels: {nats_cluster: example-nats}}}
        """);
    Pod pod = pod(sandbox, "web-1", replicaSet(sandbox));
    // A budget protects only running pods.
    sandbox
        .client()
        .resource(pod)
        .editStatus(
            running ->
                new PodBuilder(running)
                    .editOrNewStatus()
                    .withPhase("Running")
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus("True")
                    .endCondition()
                    .endStatus()
                    .build());
    RequestLog requests = new RequestLog();
    try (KubernetesClient client = requests.record(OneAttempt.of(sandbox.client()))) {
      assertThat(detector(client, sandbox, true).check()).isEqualTo(1);
    }
    assertThat(names(sandbox)).containsExactly("web-1");
    // The API server asks to repeat it after 10 seconds.
    assertThat(requests.requests().filter(request -> request.endsWith("/eviction"))).hasSize(1);
  }

  private static void prepare(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
  }

  private static ReplicaSet replicaSet(Sandbox sandbox) {
    String yaml =
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: web}
        spec:
          replicas: 0
          selector: {matchLabels: {a: b}}
          template: {metadata: {labels: {a: b}}, spec: {containers: [{name: app, image: app}]}}
        """;
    return sandbox
        .client()
        .resource(Serialization.unmarshal(yaml, ReplicaSet.class))
        .inNamespace(sandbox.namespace())
        .create();
  }

  private static Pod pod(Sandbox sandbox, String name, HasMetadata owner) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("nats_cluster", "example-nats")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("nats-user")
            .addNewContainer()
            .withName("app")
            .withImage("app")
            .endContainer()
            .endSpec();
    if (owner != null) {
      pod.editMetadata()
          .addNewOwnerReference()
          .withApiVersion(owner.getApiVersion())
          .withKind(owner.getKind())
          .withController(true)
          .withName(owner.getMetadata().getName())
          .withUid(owner.getMetadata().getUid())
          .endOwnerReference()
          .endMetadata();
    }
    return sandbox.client().resource(pod.build()).inNamespace(sandbox.namespace()).create();
  }

  private static List<String> names(Sandbox sandbox) {
    return sandbox.client().pods().inNamespace(sandbox.namespace()).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  private static UninjectedPodDetector detector(Sandbox sandbox, boolean evict) {
    return detector(OneAttempt.of(sandbox.client()), sandbox, evict);
  }

  private static UninjectedPodDetector detector(
      KubernetesClient client, Sandbox sandbox, boolean evict) {
    var operator =
        OperatorPropertiesFixture.watching(sandbox.namespace()).namespace("nats-io").build();
    var webhooks = WebhookPropertiesFixture.enabled().evictUninjectedPods(evict).build();
    var cache =
        new ClientClusterCache(
            new SharedInformers(client, operator),
            operator,
            webhooks,
            new UncachedReader(client, operator, Duration.ofSeconds(10)));
    var events = new Events(client, Clock.systemUTC(), operator);
    return new UninjectedPodDetector(
        client,
        operator,
        cache,
        events,
        new UninjectedPodEvictor(client, webhooks, Clock.systemUTC()));
  }
}
