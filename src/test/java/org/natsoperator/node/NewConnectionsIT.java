package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.Ports;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** New connections to the Service of a cluster, while its servers restart one after the other. */
@LongNodeTest
class NewConnectionsIT {

  private static final String USER = "user";
  private static final int CLIENTS = 4;
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** If this machine pauses longer, a server may not wait for the login. This is not a failure. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  @Test
  void noneFailsDuringARollout(Sandbox sandbox) throws Exception {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), USER);
    InetSocketAddress service = service(sandbox);
    String token = cluster.token(USER);
    // The first ones may precede kube-proxy.
    await().ignoreExceptions().until(() -> login(service, token).equals(Login.WELCOME));
    List<String> before = uids(cluster);
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger logins = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(
                i -> Thread.startVirtualThread(() -> loop(service, token, logins, failures, ended)))
            .toList();

    sandbox.patch(
        sandbox.cluster(CLUSTER),
        "{\"metadata\": {\"annotations\": {\"nats.io/restartedAt\": \"now\"}}}");
    await()
        .atMost(Duration.ofMinutes(5))
        .untilAsserted(
            () -> assertThat(uids(cluster)).hasSize(3).doesNotContainAnyElementsOf(before));
    await().atMost(Duration.ofMinutes(5)).until(() -> logins.get() > 2_000);
    ended.set(true);
    for (Thread client : clients) {
      client.join();
    }

    assertThat(failures).isEmpty();
  }

  private static void loop(
      InetSocketAddress service,
      String token,
      AtomicInteger logins,
      Queue<String> failures,
      AtomicBoolean ended) {
    while (!ended.get()) {
      Stopwatch stopwatch = Stopwatch.start();
      String answer = login(service, token);
      logins.incrementAndGet();
      if (!answer.equals(Login.WELCOME) && stopwatch.pauses().compareTo(LONGEST_PAUSE) < 0) {
        failures.add(answer);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** The server's answer, or the failure of the connection. */
  private static String login(InetSocketAddress service, String token) {
    try {
      return String.valueOf(Login.at(service, USER, token));
    } catch (UncheckedIOException e) {
      return e.toString();
    }
  }

  private static InetSocketAddress service(Sandbox sandbox) {
    String address =
        sandbox
            .client()
            .services()
            .inNamespace(sandbox.namespace())
            .withName(CLUSTER)
            .get()
            .getSpec()
            .getClusterIP();
    return new InetSocketAddress(address, Ports.CLIENT);
  }

  private static List<String> uids(RunningCluster cluster) {
    return cluster.servers().stream()
        .filter(server -> Readiness.isPodReady(server.pod()))
        .map(RunningServer::uid)
        .toList();
  }
}
