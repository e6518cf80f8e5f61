package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServerProxy;
import org.natsoperator.testing.ClientProcess;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;
import org.natsoperator.testing.TcpProxy;

/**
 * Clients with the official libraries of four languages stay usable while replicas of the operator
 * and the API server fail, and while their tokens rotate. No library closes its connection forever.
 */
@Tag("clients")
@ExtendWith(SeparateApiServer.class)
class ClientLibrariesIT {

  /** The life of a token, and its age when a kubelet renews it. */
  private static final Duration LIFE = Duration.ofSeconds(600);

  private static final Duration RENEWAL = LIFE.multipliedBy(4).dividedBy(5);

  /** nats.js waits 20 seconds for a lost answer, and two more before its next login. */
  private static final Duration LOGIN = Duration.ofSeconds(30);

  private static final Duration REPLICA_STARTED = Duration.ofMinutes(2);
  private static final Duration SHORT_OUTAGE = Duration.ofSeconds(10);
  private static final Duration LONG_OUTAGE = Duration.ofMinutes(2);
  private static final int LOGINS_AT_A_TIME = 4;

  /** Half of them are a replica's own, and it sends as many as the other one. */
  private static final int HEARTBEATS = 10;

  private final List<OperatorProcess> replicas = new ArrayList<>();
  private int startedReplicas;
  private Sandbox sandbox;
  private ApiServerProxy apiServer;
  private TcpProxy proxy;
  private ProjectedCluster cluster;
  private RotatingClients clients;
  private long tokensIssued;

  @BeforeEach
  void start(Sandbox fresh) {
    ClientProcess.build();
    sandbox = fresh;
    apiServer = ApiServerProxy.of(sandbox.kubeconfig());
    proxy = TcpProxy.to(LoopbackCluster.address(1));
    startReplica();
    startReplica();
    String address = "127.0.0.1:" + proxy.port();
    // Otherwise the server's own address leads clients around the proxy.
    cluster = ProjectedCluster.behind(address, sandbox);
    awaitReplicas();
    tokensIssued = System.nanoTime();
    clients = RotatingClients.start(sandbox, cluster, "nats://" + address);
    clients.awaitMessages(LOGIN);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (clients != null) {
      Files.writeString(Path.of("target", "client-libraries.log"), clients.output());
      clients.close();
    }
    replicas.forEach(OperatorProcess::close);
    cluster.close();
    proxy.close();
    apiServer.close();
  }

  @Test
  void noClientClosesForever() throws Exception {
    replicaEnds();
    replicaEnds();
    replicaHangs();
    replicaHangs();
    apiServerIsAway(SHORT_OUTAGE);
    apiServerIsAway(LONG_OUTAGE);
    operatorIsAway();
    tokensRotate();
  }

  private void replicaEnds() throws Exception {
    try (LoginLoad load = load()) {
      Thread.sleep(Duration.ofSeconds(1));
      Map<ClientProcess, Integer> before = disconnect();
      replicas.removeFirst().kill();
      clients.awaitMessages(before, LOGIN);
      assertThat(load.attempts()).hasSizeGreaterThan(LOGINS_AT_A_TIME);
    }
    startReplica();
    awaitReplicas();
  }

  private void replicaHangs() throws Exception {
    OperatorProcess replica = replicas.removeFirst();
    replicas.add(replica);
    try (LoginLoad load = load()) {
      replica.suspend();
      clients.awaitMessages(disconnect(), LOGIN);
      assertThat(load.attempts()).hasSizeGreaterThan(LOGINS_AT_A_TIME);
    } finally {
      replica.resume();
    }
    awaitReplicas();
  }

  private void apiServerIsAway(Duration time) throws InterruptedException {
    long start = System.nanoTime();
    apiServer.hang();
    clients.awaitMessages(disconnect(), LOGIN);
    Thread.sleep(time.minusNanos(System.nanoTime() - start));
    clients.awaitMessages(disconnect(), LOGIN);
    apiServer.resume();
    clients.awaitMessages(disconnect(), LOGIN);
    awaitReplicas();
  }

  private void operatorIsAway() throws InterruptedException {
    replicas.forEach(OperatorProcess::kill);
    replicas.clear();
    clients.assertStayConnected(Duration.ofSeconds(10));

    Map<ClientProcess, Integer> before = disconnect();
    Thread.sleep(Duration.ofSeconds(45));
    assertThat(clients.logins()).as(clients::output).isEqualTo(before);

    startReplica();
    startReplica();
    clients.awaitMessages(before, REPLICA_STARTED.plus(LOGIN));
    awaitReplicas();
  }

  /** The operator closes each connection when its token has 3 to 10 % of its life left. */
  private void tokensRotate() throws InterruptedException {
    assertThat(age()).isLessThan(RENEWAL);
    Thread.sleep(RENEWAL.minus(age()));
    Map<ClientProcess, Integer> before = clients.logins();
    clients.renewTokens();
    clients.awaitMessages(before, LIFE.minus(age()));
    assertThat(server().closedConnections())
        .filteredOn(closed -> closed.reason().equals(RunningServer.KICKED))
        .extracting(closed -> closed.user().replaceFirst(".*/", ""))
        .containsAll(clients.names());

    await().atMost(LIFE.minus(age()).plus(LOGIN)).until(() -> clients.withoutRenewal().isClosed());
    Map<ClientProcess, Integer> after = disconnect();
    clients.awaitMessages(after, LOGIN);
    clients.assertNoneIsClosed();
  }

  /** Ends the connections of all clients, and returns their logins before. */
  private Map<ClientProcess, Integer> disconnect() {
    Map<ClientProcess, Integer> before = clients.logins();
    proxy.disconnect();
    return before;
  }

  private LoginLoad load() {
    String token = cluster.podToken(POD);
    Supplier<String> login = () -> cluster.loginOnce(token);
    return LoginLoad.start(Collections.nCopies(LOGINS_AT_A_TIME, login), Duration.ofMillis(50));
  }

  private void startReplica() {
    startedReplicas++;
    replicas.add(
        OperatorProcess.start("client-libraries-" + startedReplicas, apiServer.kubeconfig()));
  }

  /**
   * Returns when two replicas answer and have received heartbeats of each other. A replica that
   * hangs before its first heartbeat keeps its connection, and loses half of the logins. The
   * cluster's status is late when the leader has ended.
   */
  private void awaitReplicas() {
    await()
        .atMost(REPLICA_STARTED)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(server().connections("$SYS"))
                    .filteredOn(replica -> messages(replica, CalloutConnector.SUBJECT) >= 0)
                    .filteredOn(replica -> messages(replica, Heartbeats.SUBJECT) >= HEARTBEATS)
                    .hasSize(2));
  }

  /** The messages of a subscription whose subject begins so; -1 without the subscription. */
  private static long messages(JsonNode connection, String subject) {
    return connection
        .path("subscriptions_list_detail")
        .valueStream()
        .filter(subscription -> subscription.path("subject").asText().startsWith(subject))
        .mapToLong(subscription -> subscription.path("msgs").asLong())
        .max()
        .orElse(-1);
  }

  private RunningServer server() {
    return new RunningServer(cluster.pods().getFirst());
  }

  /** The age of the tokens. */
  private Duration age() {
    return Duration.ofNanos(System.nanoTime() - tokensIssued);
  }
}
