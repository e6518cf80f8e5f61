package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.NetworkPolicySettings;
import org.natsoperator.kubernetes.OperatorProperties;
import org.natsoperator.kubernetes.WebhookProperties;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.Identity;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Sandbox;
import org.springframework.boot.health.contributor.Status;

/** What is known of clusters and roles, from caches and from a real API server. */
@ExtendWith(ApiServer.class)
class KnownClustersIT {

  /** Only whether they are on matters here. */
  private static final WebhookProperties SERVED =
      new WebhookProperties(true, 0, "", "", true, List.of(), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, false);

  private static final String CLUSTER = Manifests.CLUSTER;
  private static final Duration PATIENCE = Duration.ofMillis(300);

  @Test
  void coldCachesAreNotBelieved(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));

    ObservedClient found = known(sandbox).find(user(sandbox), reference(sandbox, Optional.empty()));

    assertThat(found.choice().found()).isPresent();
    assertThat(found.hasRole()).isTrue();
    assertThat(found.certain()).isTrue();
  }

  @Test
  void aReplicaWithColdCachesIsNotReady(Sandbox sandbox) {
    KnownClusters known = known(sandbox);

    assertThat(readiness(known)).isEqualTo(Status.OUT_OF_SERVICE);
    started(known);
    assertThat(readiness(known)).isEqualTo(Status.UP);
    known.stop();
  }

  @Test
  void whatIsNowhereIsMissingForCertain(Sandbox sandbox) {
    KnownClusters known = started(known(sandbox));

    ObservedClient found = known.find(user(sandbox), reference(sandbox, Optional.empty()));

    assertThat(found.choice().found()).isEmpty();
    assertThat(found.role()).isEmpty();
    assertThat(found.certain()).isTrue();
    known.stop();
  }

  /** A pod may be applied together with its cluster. */
  @Test
  void whatTheCachesDoNotKnowYetIsThere(Sandbox sandbox) {
    KnownClusters known = started(known(sandbox));
    for (int i = 0; i < 20; i++) {
      String name = "c" + i;
      sandbox.apply(Manifests.cluster(name, "auth: {enableServiceAccounts: true}"));

      assertThat(known.find(user(sandbox), new ClusterReference(sandbox.namespace(), name, Optional.empty())).choice().found()).isPresent();
    }
    known.stop();
  }

  @Test
  void warmCachesNeedNoApiServer(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));
    try (ServerSocket silent = silent()) {
      KnownClusters known = started(new KnownClusters(sandbox.client(), everywhere(), SERVED, new LiveReads(client(silent), everywhere(), PATIENCE)));

      ObservedClient found = known.find(user(sandbox), reference(sandbox, Optional.empty()));

      assertThat(found.certain()).isTrue();
      assertThat(found.choice().found().orElseThrow().getSpec().auth().enableServiceAccounts()).isTrue();
      assertThat(found.hasRole()).isTrue();
      known.stop();
    }
  }

  @Test
  void whoHasToAnswerSoonerWaitsLess(Sandbox sandbox) throws IOException {
    try (ServerSocket silent = silent()) {
      KnownClusters known = new KnownClusters(client(silent), everywhere(), SERVED, new LiveReads(client(silent), everywhere(), Duration.ofSeconds(10)));
      long start = System.nanoTime();

      ObservedClient found =
          ScopedValue.where(Reviewer.DEADLINE, Instant.now().plusSeconds(1)).call(() -> known.find(user(sandbox), reference(sandbox, Optional.empty())));

      assertThat(found.certain()).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    }
  }

  /** The second pod must not wait as long as the first. */
  @Test
  void anApiServerThatIsSilentIsNotWaitedForLong(Sandbox sandbox) throws IOException {
    Duration patience = Duration.ofSeconds(2);
    try (ServerSocket silent = silent()) {
      KnownClusters known = new KnownClusters(client(silent), everywhere(), SERVED, new LiveReads(client(silent), everywhere(), patience));
      long start = System.nanoTime();

      ObservedClient found = known.find(user(sandbox), reference(sandbox, Optional.empty()));
      Duration first = Duration.ofNanos(System.nanoTime() - start);
      known.find(user(sandbox), reference(sandbox, Optional.empty()));
      Duration both = Duration.ofNanos(System.nanoTime() - start);

      assertThat(found.certain()).isFalse();
      assertThat(ClientCluster.of(found).trust()).isEqualTo(Trust.BOUND_SECRET);
      assertThat(first).isBetween(patience, patience.multipliedBy(2));
      assertThat(both.minus(first)).isLessThan(patience.dividedBy(2));
    }
  }

  @Test
  void aClusterElsewhereThatAdmitsTheNamespaceIsFound(Sandbox core, Sandbox team) {
    core.apply(Manifests.cluster("auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}".formatted(team.namespace())));
    KnownClusters cold = known(team);
    KnownClusters warm = started(known(team));

    for (KnownClusters known : new KnownClusters[] {cold, warm}) {
      assertThat(ClientCluster.of(known.find(user(team), reference(team, Optional.empty()))).toString())
          .isEqualTo(core.namespace() + "/" + CLUSTER);
    }
    warm.stop();
  }

  @Test
  void aRoleThatSaysWhereItsClusterIsSpeaksForItsPods(Sandbox core, Sandbox team) {
    String admitting = Manifests.cluster("auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}".formatted(team.namespace()));
    core.apply(admitting);
    team.apply(Manifests.cluster(), annotated(Manifests.role("nats-user", "foo"), core.namespace()));
    KnownClusters known = started(known(team));

    assertThat(ClientCluster.of(known.find(user(team), reference(team, Optional.empty()))).toString())
        .isEqualTo(core.namespace() + "/" + CLUSTER);
    assertThat(ClientCluster.of(known.find(user(team), reference(team, Optional.of(team.namespace())))).toString())
        .isEqualTo(team.namespace() + "/" + CLUSTER);
    known.stop();
  }

  @Test
  void onlyWatchedNamespacesAreLookedAt(Sandbox watched, Sandbox other) {
    watched.apply(Manifests.cluster());
    other.apply(Manifests.cluster("elsewhere", "{auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}}".formatted(watched.namespace())));
    OperatorProperties properties = properties(Set.of(watched.namespace()));
    KnownClusters known = started(new KnownClusters(watched.client(), properties, SERVED, new LiveReads(watched.client(), properties, Duration.ofSeconds(10))));

    assertThat(known.watches(watched.namespace())).isTrue();
    assertThat(known.watches(other.namespace())).isFalse();
    assertThat(known.find(user(watched), reference(watched, Optional.empty())).choice().found()).isPresent();
    ObservedClient elsewhere = known.find(user(watched), new ClusterReference(watched.namespace(), "elsewhere", Optional.empty()));
    assertThat(elsewhere.certain()).isTrue();
    assertThat(elsewhere.choice().found()).isEmpty();
    known.stop();
  }

  /** Every replica holds these, for every role there is. */
  @Test
  void cachesHoldNoMoreThanTheyAreAskedFor() {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setAnnotations(new HashMap<>(Map.of("a", "b", "nats.io/cluster-namespace", "core")));
    var store = new SlimItemStore<NatsServiceRole>(each -> each.setSpec(null));
    store.put("key", role);

    assertThat(store.get("key").getMetadata().getAnnotations()).containsOnlyKeys("nats.io/cluster-namespace");
    assertThat(store.get("key").getSpec().permissions().publish()).isEmpty();
    assertThat(store.get("key").clusterName()).contains(CLUSTER);
  }

  private static Status readiness(KnownClusters known) {
    return new KnownClustersHealthIndicator(known).health().getStatus();
  }

  private static KnownClusters known(Sandbox sandbox) {
    return new KnownClusters(sandbox.client(), everywhere(), SERVED, new LiveReads(sandbox.client(), everywhere(), Duration.ofSeconds(10)));
  }

  private static KnownClusters started(KnownClusters known) {
    known.start();
    await().until(known::synced);
    return known;
  }

  /** A port that takes connections and says nothing. */
  private static ServerSocket silent() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static KubernetesClient client(ServerSocket server) {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:" + server.getLocalPort()).build())
        .build();
  }

  private static Identity user(Sandbox sandbox) {
    return new Identity(sandbox.namespace(), "nats-user");
  }

  private static ClusterReference reference(Sandbox sandbox, Optional<String> namespace) {
    return new ClusterReference(sandbox.namespace(), CLUSTER, namespace);
  }

  private static String annotated(String role, String namespace) {
    return role.replace("metadata:\n", "metadata:\n  annotations: {nats.io/cluster-namespace: %s}\n".formatted(namespace));
  }

  private static OperatorProperties everywhere() {
    return properties(Set.of());
  }

  private static OperatorProperties properties(Set<String> namespaces) {
    return new OperatorProperties("default", "pod", "", namespaces, NetworkPolicySettings.of(""));
  }
}
