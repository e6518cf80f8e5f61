package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.WatchedNamespaces.KEYS;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The operator with only the permissions that the chart grants for a list of namespaces. All
 * admission policies are enabled.
 */
@LongTest
@ExtendWith(ChartServer.class)
class WatchNamespacesIT {

  private static final Release RELEASE = ChartServer.SOME;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static WatchedNamespaces namespaces;
  private static ConfigurableApplicationContext operator;

  @BeforeAll
  static void start() {
    namespaces = new WatchedNamespaces();
    namespaces.install();
    Stream.of(namespaces.one, namespaces.two, namespaces.other)
        .forEach(namespaces::createOrphanedKeys);
    operator = namespaces.startOperator();
    // Before the first cluster exists: all may have been deleted while no operator ran.
    await()
        .untilAsserted(
            () ->
                assertThat(namespaces.keys())
                    .noneMatch(key -> key.startsWith(KEYS + namespaces.one))
                    .noneMatch(key -> key.startsWith(KEYS + namespaces.two)));
    Stream.of(namespaces.other, namespaces.one, namespaces.two)
        .forEach(namespaces::createClusterAndRole);
  }

  @AfterAll
  static void stop() {
    operator.close();
    RELEASE.uninstall();
  }

  @Test
  void managesOnlyClustersOfWatchedNamespaces() {
    namespaces.awaitTokens();
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(namespaces.cluster(namespaces.other).getStatus()).isNull();
              assertThat(
                      ChartServer.client()
                          .secrets()
                          .inNamespace(namespaces.other)
                          .list()
                          .getItems())
                  .isEmpty();
              assertThat(
                      ChartServer.client()
                          .apps()
                          .statefulSets()
                          .inNamespace(namespaces.other)
                          .list()
                          .getItems())
                  .isEmpty();
            });
  }

  /** Otherwise all objects of a kind must fit into the heap at once, also those of strangers. */
  @Test
  void listsEveryWatchedKindInPages() {
    namespaces.awaitTokens();
    List<String> kinds =
        List.of(
            "natsclusters",
            "natsserviceroles",
            "serviceaccounts",
            "secrets",
            "pods",
            "services",
            "statefulsets",
            "poddisruptionbudgets",
            "networkpolicies");
    assertThat(kinds)
        .allSatisfy(
            kind ->
                assertThat(namespaces.requests.lists(kind))
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request).contains("limit=")));
  }

  /** The policies of both releases check each of these requests. */
  @Test
  void repairsAndDeletesObjectsOfCluster() {
    String name = "temporary";
    namespaces.apply(namespaces.one, Manifests.cluster(name, "size: 2\n"), NatsCluster.class);
    var client = ChartServer.client();
    var budget =
        client.policy().v1().podDisruptionBudget().inNamespace(namespaces.one).withName(name);
    await().untilAsserted(() -> assertThat(budget.get()).isNotNull());
    var service = client.services().inNamespace(namespaces.one).withName(name);
    service.edit(
        labeled ->
            new ServiceBuilder(labeled)
                .editMetadata()
                .removeFromLabels("app")
                .endMetadata()
                .build());
    await()
        .untilAsserted(
            () -> assertThat(service.get().getMetadata().getLabels()).containsEntry("app", "nats"));
    var cluster = client.resources(NatsCluster.class).inNamespace(namespaces.one).withName(name);
    cluster.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"spec\": {\"size\": 1, \"version\": \"2.10.27\"}}");
    await().untilAsserted(() -> assertThat(budget.get()).isNull());
    String keys = KEYS + cluster.get().getMetadata().getUid();
    assertThat(namespaces.keys()).contains(keys);
    cluster.delete();
    await().untilAsserted(() -> assertThat(namespaces.keys()).doesNotContain(keys));
  }

  /**
   * The operator cannot find out whether a cluster exists in a namespace that it does not watch.
   */
  @Test
  void keepsKeysOfClustersInOtherNamespaces() {
    namespaces.awaitTokens();
    assertThat(namespaces.keys()).contains(KEYS + namespaces.other);
  }

  /**
   * After a start each namespace has its own list. A list of one namespace must not make objects of
   * another look deleted.
   */
  @Test
  void restartChangesNothing() {
    namespaces.awaitTokens();
    AtomicReference<Map<String, Map<String, String>>> last = new AtomicReference<>(Map.of());
    await()
        .during(Duration.ofSeconds(3))
        .until(() -> namespaces.secrets(), now -> now.equals(last.getAndSet(now)));
    assertThat(last.get()).hasSizeGreaterThan(4);
    operator.close();
    operator = namespaces.startOperator();
    await().until(operator.getBean(Leadership.class)::isHeld);

    await()
        .during(Duration.ofSeconds(8))
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              assertThat(namespaces.secrets()).isEqualTo(last.get());
              assertThat(List.of(namespaces.one, namespaces.two))
                  .extracting(namespace -> namespaces.cluster(namespace).getStatus().roles())
                  .containsOnly("1/1");
            });
  }

  /** The permission to list Leases includes the limit on their number. */
  @Test
  void reportsOtherOperatorsThatWatchTheSameNamespaces() {
    var lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName("nats-operator")
            .withNamespace(namespaces.other)
            .addToAnnotations("nats.io/watch-namespaces", namespaces.other)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("pod")
            .withRenewTime(ZonedDateTime.now())
            .endSpec()
            .build();
    var leases = ChartServer.client().resource(lease);
    leases.create();
    try {
      await().during(Duration.ofSeconds(16)).atMost(TIMEOUT).until(() -> conflicting() == 0);
      leases.edit(created -> watching(created, namespaces.one));
      await().atMost(TIMEOUT).until(() -> conflicting() == 1);
      assertThat(operator.isActive()).isTrue();
      assertThat(operator.getBean(Leadership.class).isHeld()).isTrue();
    } finally {
      leases.delete();
    }
    await().atMost(TIMEOUT).until(() -> conflicting() == 0);
  }

  private static Lease watching(Lease lease, String namespaces) {
    return new LeaseBuilder(lease)
        .editMetadata()
        .addToAnnotations("nats.io/watch-namespaces", namespaces)
        .endMetadata()
        .editSpec()
        .withRenewTime(ZonedDateTime.now())
        .endSpec()
        .build();
  }

  private static double conflicting() {
    return operator
        .getBean(MeterRegistry.class)
        .get("nats.operator.conflicting.operators")
        .gauge()
        .value();
  }

  @Test
  void ownsLeaseInItsNamespace() {
    // The operator creates the Lease first and sets its owner then.
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        ChartServer.client()
                            .leases()
                            .inNamespace(RELEASE.namespace())
                            .withName("nats-operator")
                            .get())
                    .extracting(
                        lease -> lease.getMetadata().getOwnerReferences().getFirst().getName())
                    .isEqualTo(RELEASE.serviceAccount()));
  }
}
