package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.NO_ANSWER;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/**
 * A cluster with projected tokens and usually one server, and a client pod whose role is in force.
 */
public final class ProjectedCluster implements AutoCloseable {

  /** The client pod. */
  public static final String POD = "client";

  /** Its ServiceAccount, which may use the subject {@code foo}. */
  public static final String USER = "nats-user";

  private static final String NEWEST = "2.15.3";

  /** A loaded machine needs more than a minute to start the operator and a server. */
  private static final Duration STARTED = Duration.ofMinutes(3);

  private static final int MOST_ATTEMPTS = 3;

  private final int size;
  private final String version;
  private final Sandbox sandbox;
  private final LoopbackCluster servers;

  private ProjectedCluster(int size, String version, Sandbox sandbox, LoopbackCluster servers) {
    this.size = size;
    this.version = version;
    this.sandbox = sandbox;
    this.servers = servers;
  }

  /** Returns when the pod can log in. */
  public static ProjectedCluster start(Sandbox sandbox) {
    return start(NEWEST, sandbox);
  }

  /** The same with this version of nats-server. */
  static ProjectedCluster start(String version, Sandbox sandbox) {
    ProjectedCluster cluster = create(version, sandbox);
    cluster.awaitLogin();
    return cluster;
  }

  /** The same with this number of servers. */
  static ProjectedCluster start(int size, Sandbox sandbox) {
    LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox);
    ProjectedCluster cluster = create(size, NEWEST, sandbox, servers);
    cluster.awaitLogin();
    return cluster;
  }

  /** Needs no running operator. */
  static ProjectedCluster create(Sandbox sandbox) {
    return create(NEWEST, sandbox);
  }

  /** The same with this version of nats-server. */
  static ProjectedCluster create(String version, Sandbox sandbox) {
    return create(version, sandbox, LoopbackCluster.of(CLUSTER, sandbox));
  }

  /** The same with a text at the end of the server's nats.conf. */
  static ProjectedCluster withAddition(String text, Sandbox sandbox) {
    return create(NEWEST, sandbox, LoopbackCluster.withAddition(text, CLUSTER, sandbox));
  }

  /** The same with a server that gives this address to clients, for a proxy in front of it. */
  static ProjectedCluster behind(String address, Sandbox sandbox) {
    List<String> flags = List.of("--client_advertise", address);
    return create(NEWEST, sandbox, LoopbackCluster.withFlags(flags, CLUSTER, sandbox));
  }

  private static ProjectedCluster create(String version, Sandbox sandbox, LoopbackCluster servers) {
    return create(1, version, sandbox, servers);
  }

  private static ProjectedCluster create(
      int size, String version, Sandbox sandbox, LoopbackCluster servers) {
    ProjectedCluster cluster = new ProjectedCluster(size, version, sandbox, servers);
    cluster.set("{}");
    sandbox.apply(
        Manifests.serviceAccount(USER), Manifests.role(USER, "foo"), PodTokens.pod(POD, USER));
    return cluster;
  }

  /** Returns when the pod can log in. An earlier login would wait for an answer until its end. */
  void awaitLogin() {
    String token = podToken(POD);
    await()
        .atMost(STARTED)
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(this::isServed);
    await().atMost(STARTED).untilAsserted(() -> assertThat(loginOnce(token)).isEqualTo(WELCOME));
  }

  /** Creates the cluster, or changes its {@code spec.auth.projected}. */
  void set(String projected) {
    sandbox.apply(
        Manifests.cluster(
            """
            size: %d
            version: "%s"
            auth:
              enableServiceAccounts: true
              serviceAccountTokens: Projected
              projected: %s
            """
                .formatted(size, version, projected)));
  }

  List<Pod> pods() {
    return List.copyOf(servers.pods().values());
  }

  public RunningServer server() {
    return new RunningServer(pods().getFirst());
  }

  /**
   * The server's answer to a login with this token. A client that gets no answer tries again: the
   * operator does not send a late one, as after a pause of this machine.
   */
  String login(String token) {
    String answer = loginOnce(token);
    for (int i = 1; i < MOST_ATTEMPTS && NO_ANSWER.equals(answer); i++) {
      answer = loginOnce(token);
    }
    return answer;
  }

  /** A client that is logged in. It tries again, too. */
  public NatsClient client(String user, String token) {
    return await()
        .atMost(STARTED)
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(() -> server().login(user, token), Objects::nonNull);
  }

  /** The server's answer to a single login with this token. */
  String loginOnce(String token) {
    return pods().stream()
        .findFirst()
        .filter(pod -> pod.getStatus().getPodIP() != null)
        .map(pod -> new RunningServer(pod).answerTo("any", token))
        .orElse("no server");
  }

  /** A token of a pod of the user, as in its projected volume. */
  public String podToken(String pod) {
    return PodTokens.of(sandbox, USER, pod);
  }

  public void deletePod(String name) {
    sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withName(name)
        .withGracePeriod(0)
        .delete();
  }

  /** Whether a replica of the operator answers the server's requests. */
  private boolean isServed() {
    return pods().stream().anyMatch(pod -> pod.getStatus().getPodIP() != null)
        && server().connections("$SYS").stream()
            .flatMap(connection -> connection.path("subscriptions_list_detail").valueStream())
            .anyMatch(each -> each.path("subject").asText().equals(CalloutConnector.SUBJECT));
  }

  /** Whether a server has a connection of this replica of the operator. */
  boolean isConnected(String replica) {
    return pods().stream()
        .flatMap(pod -> new RunningServer(pod).connections("$SYS").stream())
        .anyMatch(connection -> connection.path("name").asText().endsWith("/" + replica));
  }

  /** Waits until the condition of the cluster names this number of replicas of the operator. */
  void awaitReplicas(int count) {
    String start = count == 1 ? "1 replica " : count + " replicas ";
    await()
        .atMost(STARTED)
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
                    .startsWith(start));
  }

  /**
   * Waits until the operator has reported that the server's file is not its own, as with an
   * addition. Until then it often asks the server to reload, which blocks the server while a login
   * waits for its answer.
   */
  void awaitReportOfAddition() {
    await()
        .atMost(STARTED)
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "ConfigApplied").getReason())
                    .isEqualTo("ServerRefuses"));
  }

  @Override
  public void close() throws InterruptedException {
    servers.close();
  }
}
