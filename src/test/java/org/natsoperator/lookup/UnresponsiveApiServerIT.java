package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.lookup.ClientClusterCaches.cache;
import static org.natsoperator.lookup.ClientClusterCaches.everywhere;
import static org.natsoperator.lookup.ClientClusterCaches.informers;
import static org.natsoperator.lookup.ClientClusterCaches.reference;
import static org.natsoperator.lookup.ClientClusterCaches.user;

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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.inject.ResolvedCluster;
import org.natsoperator.admission.inject.TokenMode;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** Lookups while the API server does not respond. */
@LongTest
@ExtendWith(ApiServer.class)
class UnresponsiveApiServerIT {

  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private final ClientClusterCaches caches = new ClientClusterCaches();

  @AfterEach
  void stopInformers() {
    caches.close();
  }

  @Test
  void usesOnlyWarmCaches(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));
    try (ServerSocket server = unresponsive()) {
      ClientClusterCache cache =
          cache(
              caches.start(informers(sandbox, everywhere())),
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
          .as("time, which would be ten seconds without the deadline")
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(9));
    }
  }

  /** The second pod must wait less than the first. */
  @Test
  void limitsWaitForUnresponsiveApiServer(Sandbox sandbox) throws IOException {
    Duration timeout = Duration.ofSeconds(2);
    List<Duration> first = new ArrayList<>();
    List<Duration> second = new ArrayList<>();
    // A pause of this machine lengthens one of three waits.
    for (int i = 0; i < 3; i++) {
      try (ServerSocket server = unresponsive()) {
        ClientClusterCache cache =
            cache(
                new SharedInformers(client(server), everywhere()),
                everywhere(),
                new UncachedReader(client(server), everywhere(), timeout));
        long start = System.nanoTime();

        ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));
        long between = System.nanoTime();
        cache.find(user(sandbox), reference(sandbox, Optional.empty()));

        second.add(Duration.ofNanos(System.nanoTime() - between));
        first.add(Duration.ofNanos(between - start));
        assertThat(client.certain()).isFalse();
        assertThat(ResolvedCluster.of(client).trust()).isEqualTo(TokenMode.BOUND_SECRET);
      }
    }

    assertThat(Collections.min(first)).isBetween(timeout, timeout.multipliedBy(2));
    assertThat(Collections.min(second)).isLessThan(timeout.dividedBy(2));
  }

  /** The sender of an admission request chooses its deadline. */
  @Test
  void shortDeadlineDoesNotStopOtherLookups(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.cluster());
    UncachedReader reader = new UncachedReader(sandbox.client(), everywhere());

    Optional<?> late =
        ScopedValue.where(UncachedReader.DEADLINE, Instant.now())
            .call(() -> reader.get(NatsCluster.class, sandbox.namespace(), Manifests.CLUSTER));

    assertThat(late).isEmpty();
    assertThat(reader.get(NatsCluster.class, sandbox.namespace(), Manifests.CLUSTER))
        .hasValueSatisfying(cluster -> assertThat(cluster).isPresent());
  }

  /** Any pod can send admission requests. Their lookups must not load the API server. */
  @Test
  void sendsAtMostEightLookupsAtATime(Sandbox sandbox) throws Exception {
    SharedInformers informers = caches.start(informers(sandbox, everywhere()));
    try (HangingServer server = new HangingServer()) {
      ClientClusterCache cache =
          cache(
              informers,
              everywhere(),
              new UncachedReader(client(server.socket()), everywhere(), Duration.ofSeconds(10)));
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
}
