package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.NatsOperatorApplication;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.RequestLog;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The operator with only the permissions that the chart grants for a list of namespaces. All
 * admission policies are enabled.
 */
@ExtendWith(ChartServer.class)
class WatchNamespacesIT {

  private static final RequestLog LOG = new RequestLog();
  private static final Release RELEASE = ChartServer.SOME;

  private static final String KEYS = "nats-cluster-";
  private static final Duration DETECTION = Duration.ofSeconds(30);

  private static String one;
  private static String two;
  private static String other;
  private static ConfigurableApplicationContext operator;

  @BeforeAll
  static void start() {
    one = ChartServer.namespace("one");
    two = ChartServer.namespace("two");
    other = ChartServer.namespace("other");
    String list = "watchNamespaces=[\"%s\",\"%s\"]".formatted(one, two);
    RELEASE.upgrade(
        "replicas=0", "crds={\"install\": false}", "webhooks={\"enabled\": false}", list);
    Stream.of(one, two, other).forEach(WatchNamespacesIT::createOrphanedKeys);
    operator = startOperator();
    // Before the first cluster exists: all may have been deleted while no operator ran.
    await().untilAsserted(() -> assertThat(keys()).doesNotContain(KEYS + one, KEYS + two));
    for (String namespace : new String[] {other, one, two}) {
      apply(namespace, Manifests.cluster(), NatsCluster.class);
      var account =
          new ServiceAccountBuilder()
              .withNewMetadata()
              .withName("user")
              .withNamespace(namespace)
              .endMetadata()
              .build();
      ChartServer.client().resource(account).create();
      apply(namespace, Manifests.role("user", "foo"), NatsServiceRole.class);
    }
  }

  private static ConfigurableApplicationContext startOperator() {
    KubernetesClient client = LOG.record(ChartServer.as(RELEASE.user()));
    return new SpringApplicationBuilder(NatsOperatorApplication.class)
        .initializers(context -> replaceBean(client, (GenericApplicationContext) context))
        .run(
            "--server.port=0",
            "--operator.namespace=" + RELEASE.namespace(),
            "--operator.service-account-name=" + RELEASE.serviceAccount(),
            "--operator.watch-namespaces=" + one + "," + two);
  }

  /** Creates a key Secret of a deleted cluster. */
  private static void createOrphanedKeys(String clusterNamespace) {
    var keys =
        new SecretBuilder()
            .withNewMetadata()
            .withName(KEYS + clusterNamespace)
            .withNamespace(RELEASE.namespace())
            .addToLabels("nats.io/cluster-keys", "true")
            .addToAnnotations("nats.io/cluster-namespace", clusterNamespace)
            .endMetadata()
            .build();
    ChartServer.client().resource(keys).create();
  }

  private static List<String> keys() {
    return ChartServer.client()
        .secrets()
        .inNamespace(RELEASE.namespace())
        .withLabel("nats.io/cluster-keys")
        .list()
        .getItems()
        .stream()
        .map(keys -> keys.getMetadata().getName())
        .toList();
  }

  @AfterAll
  static void stop() {
    operator.close();
    RELEASE.uninstall();
  }

  @Test
  void managesOnlyClustersOfWatchedNamespaces() {
    awaitTokens();
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(cluster(other).getStatus()).isNull();
              assertThat(ChartServer.client().secrets().inNamespace(other).list().getItems())
                  .isEmpty();
              assertThat(
                      ChartServer.client()
                          .apps()
                          .statefulSets()
                          .inNamespace(other)
                          .list()
                          .getItems())
                  .isEmpty();
            });
  }

  /** Otherwise all objects of a kind must fit into the heap at once, also those of strangers. */
  @Test
  void listsEveryWatchedKindInPages() {
    awaitTokens();
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
                assertThat(LOG.lists(kind))
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request).contains("limit=")));
  }

  /** The policies of both releases check each of these requests. */
  @Test
  void repairsAndDeletesObjectsOfCluster() {
    String name = "temporary";
    apply(one, Manifests.cluster(name, "size: 2\n"), NatsCluster.class);
    var client = ChartServer.client();
    var budget = client.policy().v1().podDisruptionBudget().inNamespace(one).withName(name);
    await().untilAsserted(() -> assertThat(budget.get()).isNotNull());
    var service = client.services().inNamespace(one).withName(name);
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
    var cluster = client.resources(NatsCluster.class).inNamespace(one).withName(name);
    cluster.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"spec\": {\"size\": 1, \"version\": \"2.10.27\"}}");
    await().untilAsserted(() -> assertThat(budget.get()).isNull());
    String keys = KEYS + cluster.get().getMetadata().getUid();
    assertThat(keys()).contains(keys);
    cluster.delete();
    await().untilAsserted(() -> assertThat(keys()).doesNotContain(keys));
  }

  /**
   * The operator cannot find out whether a cluster exists in a namespace that it does not watch.
   */
  @Test
  void keepsKeysOfClustersInOtherNamespaces() {
    awaitTokens();
    assertThat(keys()).contains(KEYS + other);
  }

  /**
   * After a start each namespace has its own list. A list of one namespace must not make objects of
   * another look deleted.
   */
  @Test
  void restartChangesNothing() {
    awaitTokens();
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(() -> assertThat(secrets()).hasSizeGreaterThan(4));
    Map<String, Map<String, String>> before = secrets();
    operator.close();
    operator = startOperator();
    await().until(operator.getBean(Leadership.class)::isHeld);

    await()
        .during(Duration.ofSeconds(8))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(secrets()).isEqualTo(before);
              assertThat(List.of(one, two))
                  .allSatisfy(
                      namespace ->
                          assertThat(cluster(namespace).getStatus().roles()).isEqualTo("1/1"));
            });
  }

  private static void awaitTokens() {
    for (String namespace : new String[] {one, two}) {
      await().untilAsserted(() -> assertThat(cluster(namespace).getStatus()).isNotNull());
      await()
          .untilAsserted(() -> assertThat(cluster(namespace).getStatus().roles()).isEqualTo("1/1"));
      await().untilAsserted(() -> assertThat(token(namespace)).isPositive());
    }
  }

  /** The data of the Secrets of clients and servers, and of the operator's keys, by name. */
  private static Map<String, Map<String, String>> secrets() {
    return Stream.of(one, two, RELEASE.namespace())
        .flatMap(
            namespace ->
                ChartServer.client().secrets().inNamespace(namespace).list().getItems().stream())
        .filter(secret -> !secret.getMetadata().getName().startsWith("sh.helm.release"))
        .collect(
            Collectors.toMap(
                secret ->
                    secret.getMetadata().getNamespace() + "/" + secret.getMetadata().getName(),
                Secret::getData));
  }

  /** The permission to list Leases includes the limit on their number. */
  @Test
  void reportsOtherOperatorsThatWatchTheSameNamespaces() {
    var lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName("nats-operator")
            .withNamespace(other)
            .addToAnnotations("nats.io/watch-namespaces", other)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("pod")
            .withRenewTime(ZonedDateTime.now())
            .endSpec()
            .build();
    var leases = ChartServer.client().resource(lease);
    leases.create();
    try {
      await().during(Duration.ofSeconds(16)).atMost(DETECTION).until(() -> conflicting() == 0);
      leases.edit(created -> watching(created, one));
      await().atMost(DETECTION).until(() -> conflicting() == 1);
      assertThat(operator.isActive()).isTrue();
      assertThat(operator.getBean(Leadership.class).isHeld()).isTrue();
    } finally {
      leases.delete();
    }
    await().atMost(DETECTION).until(() -> conflicting() == 0);
  }

  private static Lease watching(Lease lease, String namespaces) {
    return new LeaseBuilder(lease)
        .editMetadata()
        .addToAnnotations("nats.io/watch-namespaces", namespaces)
        .endMetadata()
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

  /** The operator's own client would have administrator permissions here. */
  private static void replaceBean(KubernetesClient client, GenericApplicationContext context) {
    context.registerBean(
        "impersonating", KubernetesClient.class, () -> client, bean -> bean.setPrimary(true));
  }

  private static <T extends HasMetadata> void apply(
      String namespace, String manifest, Class<T> type) {
    ChartServer.client()
        .resource(Serialization.unmarshal(manifest, type))
        .inNamespace(namespace)
        .create();
  }

  private static NatsCluster cluster(String namespace) {
    return ChartServer.client()
        .resources(NatsCluster.class)
        .inNamespace(namespace)
        .withName(Manifests.CLUSTER)
        .get();
  }

  private static int token(String namespace) {
    var secret =
        ChartServer.client()
            .secrets()
            .inNamespace(namespace)
            .withName("user-" + Manifests.CLUSTER + "-bound-token")
            .get();
    return secret == null || secret.getData() == null ? 0 : secret.getData().get("token").length();
  }
}
