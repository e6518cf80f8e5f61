package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.inject.ResolvedCluster;
import org.natsoperator.admission.inject.TokenMode;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.WebhookPropertiesFixture;

/** Looks up clusters and roles in the caches and at a real API server. */
@ExtendWith(ApiServer.class)
class ClientClusterCacheIT {

  private static final WebhookProperties SERVED = WebhookPropertiesFixture.enabled().build();

  private static final String CLUSTER = Manifests.CLUSTER;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private final List<SharedInformers> started = new ArrayList<>();

  @AfterEach
  void stopInformers() {
    started.forEach(SharedInformers::stop);
  }

  @Test
  void asksApiServerWhileCachesAreCold(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));

    ObservedClient client = cold(sandbox).find(user(sandbox), reference(sandbox, Optional.empty()));

    assertThat(client.choice().found()).isPresent();
    assertThat(client.hasRole()).isTrue();
    assertThat(client.certain()).isTrue();
  }

  @Test
  void isNotReadyWhileCachesAreCold(Sandbox sandbox) {
    SharedInformers informers = informers(sandbox, everywhere());
    ClientClusterCache cache = cache(sandbox, informers);

    assertThat(cache.isReady()).isFalse();
    start(informers);
    assertThat(cache.isReady()).isTrue();
  }

  @Test
  void reportsMissingObjectsAsCertain(Sandbox sandbox) {
    ClientClusterCache cache = warm(sandbox, everywhere());

    ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));

    assertThat(client.choice().found()).isEmpty();
    assertThat(client.role()).isEmpty();
    assertThat(client.certain()).isTrue();
  }

  /** A user may apply a pod together with its cluster. */
  @Test
  void findsNewClusterBeforeItsWatchEvent(Sandbox sandbox) {
    ClientClusterCache cache = warm(sandbox, everywhere());
    for (int i = 0; i < 20; i++) {
      String name = "c" + i;
      sandbox.apply(Manifests.cluster(name, "auth: {enableServiceAccounts: true}"));

      assertThat(
              cache
                  .find(
                      user(sandbox),
                      new ClusterReference(sandbox.namespace(), name, Optional.empty()))
                  .choice()
                  .found())
          .isPresent();
    }
  }

  @Test
  void usesOnlyWarmCaches(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));
    try (ServerSocket server = unresponsive()) {
      ClientClusterCache cache =
          cache(
              start(informers(sandbox, everywhere())),
              everywhere(),
              new UncachedReader(client(server), everywhere(), TIMEOUT));

      ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));

      assertThat(client.certain()).isTrue();
      assertThat(client.choice().found().orElseThrow().getSpec().auth().enableServiceAccounts())
          .isTrue();
      assertThat(client.hasRole()).isTrue();
    }
  }

  @Test
  void respectsDeadlineOfRequest(Sandbox sandbox) throws IOException {
    try (ServerSocket server = unresponsive()) {
      ClientClusterCache cache =
          cache(
              new SharedInformers(client(server), everywhere()),
              everywhere(),
              new UncachedReader(client(server), everywhere(), Duration.ofSeconds(10)));
      long start = System.nanoTime();

      ObservedClient client =
          ScopedValue.where(UncachedReader.DEADLINE, Instant.now().plusSeconds(1))
              .call(() -> cache.find(user(sandbox), reference(sandbox, Optional.empty())));

      assertThat(client.certain()).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    }
  }

  /** The second pod must wait less than the first. */
  @Test
  void limitsWaitForUnresponsiveApiServer(Sandbox sandbox) throws IOException {
    Duration timeout = Duration.ofSeconds(2);
    try (ServerSocket server = unresponsive()) {
      ClientClusterCache cache =
          cache(
              new SharedInformers(client(server), everywhere()),
              everywhere(),
              new UncachedReader(client(server), everywhere(), timeout));
      long start = System.nanoTime();

      ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));
      Duration first = Duration.ofNanos(System.nanoTime() - start);
      cache.find(user(sandbox), reference(sandbox, Optional.empty()));
      Duration both = Duration.ofNanos(System.nanoTime() - start);

      assertThat(client.certain()).isFalse();
      assertThat(ResolvedCluster.of(client).trust()).isEqualTo(TokenMode.BOUND_SECRET);
      assertThat(first).isBetween(timeout, timeout.multipliedBy(2));
      assertThat(both.minus(first)).isLessThan(timeout.dividedBy(2));
    }
  }

  /** Any pod can send admission requests. Their lookups must not load the API server. */
  @Test
  void sendsAtMostEightLookupsAtATime(Sandbox sandbox) throws Exception {
    SharedInformers informers = start(informers(sandbox, everywhere()));
    try (HangingServer server = new HangingServer()) {
      ClientClusterCache cache =
          cache(
              informers,
              everywhere(),
              new UncachedReader(client(server.socket()), everywhere(), Duration.ofSeconds(3)));
      List<ObservedClient> found = new CopyOnWriteArrayList<>();
      try (ExecutorService reviews = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 40; i++) {
          Identity unknown = new Identity(sandbox.namespace(), "unknown-" + i);
          reviews.execute(
              () -> found.add(cache.find(unknown, reference(sandbox, Optional.empty()))));
        }
        await().until(() -> found.size() >= 32);
        assertThat(server.connections()).isLessThanOrEqualTo(8);
      }

      assertThat(found).hasSize(40).noneMatch(ObservedClient::certain);
    }
  }

  /** A cluster that is applied 100 ms after a lookup must be found at once. */
  @Test
  void doesNotRememberMissingObjects(Sandbox sandbox) {
    ClientClusterCache cache = cold(sandbox);
    assertThat(cache.find(user(sandbox), reference(sandbox, Optional.empty())).hasRole()).isFalse();

    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));

    ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));
    assertThat(client.hasRole()).isTrue();
    assertThat(client.choice().found()).isPresent();
  }

  @Test
  void findsClusterOnlyInNamedNamespace(Sandbox core, Sandbox team) {
    core.apply(
        Manifests.cluster(
            "auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}"
                .formatted(team.namespace())));
    ClientClusterCache cold = cold(team);
    ClientClusterCache warm = warm(team, everywhere());

    for (ClientClusterCache cache : new ClientClusterCache[] {cold, warm}) {
      ObservedClient named = cache.find(user(team), reference(team, Optional.of(core.namespace())));
      assertThat(named.choice().found()).isPresent();
      assertThat(ResolvedCluster.of(named).toString()).isEqualTo(core.namespace() + "/" + CLUSTER);
      ObservedClient plain = cache.find(user(team), reference(team, Optional.empty()));
      assertThat(plain.choice().found()).isEmpty();
      assertThat(plain.certain()).isTrue();
      assertThat(ResolvedCluster.of(plain).toString()).isEqualTo(team.namespace() + "/" + CLUSTER);
    }
  }

  @Test
  void usesClusterNamespaceOfRoleForItsPods(Sandbox core, Sandbox team) {
    String admitting =
        Manifests.cluster(
            "auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}"
                .formatted(team.namespace()));
    core.apply(admitting);
    team.apply(
        Manifests.cluster(),
        Manifests.inClusterNamespace(core.namespace(), Manifests.role("nats-user", "foo")));
    ClientClusterCache cache = warm(team, everywhere());

    assertThat(
            ResolvedCluster.of(cache.find(user(team), reference(team, Optional.empty())))
                .toString())
        .isEqualTo(core.namespace() + "/" + CLUSTER);
    assertThat(
            ResolvedCluster.of(
                    cache.find(user(team), reference(team, Optional.of(team.namespace()))))
                .toString())
        .isEqualTo(team.namespace() + "/" + CLUSTER);
  }

  @Test
  void looksUpOnlyWatchedNamespaces(Sandbox watched, Sandbox other) {
    watched.apply(Manifests.cluster());
    other.apply(
        Manifests.cluster(
            "elsewhere",
            "{auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}}"
                .formatted(watched.namespace())));
    OperatorProperties properties = properties(Set.of(watched.namespace()));
    ClientClusterCache cache = warm(watched, properties);

    assertThat(cache.watches(watched.namespace())).isTrue();
    assertThat(cache.watches(other.namespace())).isFalse();
    assertThat(cache.find(user(watched), reference(watched, Optional.empty())).choice().found())
        .isPresent();
    ObservedClient elsewhere =
        cache.find(
            user(watched),
            new ClusterReference(watched.namespace(), "elsewhere", Optional.of(other.namespace())));
    assertThat(elsewhere.certain()).isTrue();
    assertThat(elsewhere.choice().found()).isEmpty();
  }

  private static ClientClusterCache cold(Sandbox sandbox) {
    return cache(sandbox, informers(sandbox, everywhere()));
  }

  private ClientClusterCache warm(Sandbox sandbox, OperatorProperties properties) {
    UncachedReader reads = new UncachedReader(sandbox.client(), properties, Duration.ofSeconds(10));
    return cache(start(informers(sandbox, properties)), properties, reads);
  }

  private static ClientClusterCache cache(Sandbox sandbox, SharedInformers informers) {
    return cache(
        informers,
        everywhere(),
        new UncachedReader(sandbox.client(), everywhere(), Duration.ofSeconds(10)));
  }

  private static ClientClusterCache cache(
      SharedInformers informers, OperatorProperties properties, UncachedReader reads) {
    return new ClientClusterCache(informers, properties, SERVED, reads);
  }

  private static SharedInformers informers(Sandbox sandbox, OperatorProperties properties) {
    return new SharedInformers(sandbox.client(), properties);
  }

  private SharedInformers start(SharedInformers informers) {
    started.add(informers);
    informers.start();
    await().until(() -> informers.clusters().hasSynced() && informers.roles().hasSynced());
    return informers;
  }

  /** Accepts connections, counts them and never responds. */
  private static final class HangingServer implements AutoCloseable {

    private final ServerSocket socket = unresponsive();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    HangingServer() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    ServerSocket socket() {
      return socket;
    }

    int connections() {
      return connections.size();
    }

    private void accept() {
      try {
        while (true) {
          connections.add(socket.accept());
        }
      } catch (IOException closed) {
        // The test has ended.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      for (Socket connection : connections) {
        connection.close();
      }
    }
  }

  /** A port that accepts connections and never responds. */
  private static ServerSocket unresponsive() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static KubernetesClient client(ServerSocket server) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder().withMasterUrl("http://127.0.0.1:" + server.getLocalPort()).build())
        .build();
  }

  private static Identity user(Sandbox sandbox) {
    return new Identity(sandbox.namespace(), "nats-user");
  }

  private static ClusterReference reference(Sandbox sandbox, Optional<String> namespace) {
    return new ClusterReference(sandbox.namespace(), CLUSTER, namespace);
  }

  private static OperatorProperties everywhere() {
    return properties(Set.of());
  }

  private static OperatorProperties properties(Set<String> namespaces) {
    return OperatorPropertiesFixture.watching(namespaces).build();
  }
}
