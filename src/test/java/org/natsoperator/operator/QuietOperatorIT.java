package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** While nothing changes, the operator writes no object and no object is in a reconcile loop. */
@LongTest
@OperatorTest
class QuietOperatorIT {

  /** Retries and delayed reconciliations may still be due before. */
  private static final Duration SETTLING = Duration.ofSeconds(6);

  private static final Duration QUIET = Duration.ofSeconds(10);

  @Test
  void writesNothingAndReconcilesNoObjectTwice(Sandbox sandbox) {
    try (var reconciliations = ReconciliationCounter.start(sandbox.namespace())) {
      createClustersAndRoles(sandbox);
      awaitSettled(sandbox, reconciliations);
      Map<String, String> versions = versions(sandbox);
      Map<String, Integer> counts = reconciliations.counts();
      assertThat(versions).hasSizeGreaterThan(15);
      assertThat(counts)
          .containsOnlyKeys(
              "NatsCluster " + CLUSTER,
              "NatsCluster invalid",
              "NatsCluster open",
              "NatsServiceRole bad",
              "NatsServiceRole unbound",
              "NatsServiceRole nats-user");
      await().during(QUIET).untilAsserted(() -> assertThat(versions(sandbox)).isEqualTo(versions));
      // The operator reconciles each object once a minute, which can fall into this time.
      assertThat(reconciliations.countsSince(counts))
          .allSatisfy((object, count) -> assertThat(count).isBetween(0, 1));
    }
  }

  /** Returns when the operator has written nothing and reconciled nothing for some seconds. */
  private static void awaitSettled(Sandbox sandbox, ReconciliationCounter reconciliations) {
    AtomicReference<List<Object>> last = new AtomicReference<>(List.of());
    await()
        .pollInterval(SETTLING)
        .until(
            () -> {
              List<Object> now = List.of(versions(sandbox), reconciliations.counts());
              return now.equals(last.getAndSet(now));
            });
  }

  /** Returns when the operator has accepted or rejected each of them. */
  private static void createClustersAndRoles(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.cluster("open", "size: 1"),
        Manifests.cluster("invalid", "tls: {serverSecret: a}"));
    sandbox.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", "foo"));
    sandbox.apply(
        Manifests.serviceAccount("bad"),
        Manifests.role("bad", "foo..bar"),
        Manifests.role("unbound", "a"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    sandbox.awaitRole("nats-user", "Bound");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("unbound", "Ready").getReason())
                    .isEqualTo("ServiceAccountNotFound"));
  }

  /** The keys of this test's clusters. Clusters of other tests may be deleted meanwhile. */
  private static List<Secret> keys(Sandbox sandbox) {
    return sandbox
        .client()
        .resources(NatsCluster.class)
        .inNamespace(sandbox.namespace())
        .list()
        .getItems()
        .stream()
        .map(
            cluster ->
                sandbox
                    .client()
                    .secrets()
                    .inNamespace(OperatorTest.NAMESPACE)
                    .withName("nats-cluster-" + cluster.getMetadata().getUid())
                    .get())
        .filter(Objects::nonNull)
        .toList();
  }

  private static Map<String, String> versions(Sandbox sandbox) {
    var client = sandbox.client();
    String namespace = sandbox.namespace();
    Map<String, String> versions = new TreeMap<>();
    Stream.<List<? extends HasMetadata>>of(
            client.resources(NatsCluster.class).inNamespace(namespace).list().getItems(),
            client.resources(NatsServiceRole.class).inNamespace(namespace).list().getItems(),
            client.secrets().inNamespace(namespace).list().getItems(),
            client.services().inNamespace(namespace).list().getItems(),
            client.apps().statefulSets().inNamespace(namespace).list().getItems(),
            sandbox.events(),
            keys(sandbox))
        .flatMap(List::stream)
        .forEach(
            object ->
                versions.put(
                    object.getKind() + " " + object.getMetadata().getName(),
                    object.getMetadata().getResourceVersion()));
    return versions;
  }
}
