package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** A cluster that changes the source of its tokens, and a role for it. */
final class SwitchingCluster implements AutoCloseable {

  static final String BOUND_SECRET = "BoundSecret";
  static final String PROJECTED = "Projected";

  /** The ServiceAccount of the role. */
  static final String USER = "nats-user";

  static final int SERVERS = 3;

  private static final Duration LONG = Duration.ofMinutes(3);

  private final String version;
  private final Sandbox sandbox;
  private final LoopbackCluster servers;

  private SwitchingCluster(String version, Sandbox sandbox) {
    this.version = version;
    this.sandbox = sandbox;
    servers = LoopbackCluster.of(CLUSTER, sandbox);
  }

  /** Creates the cluster with tokens of this source. */
  static SwitchingCluster create(String tokens, String version, Sandbox sandbox) {
    return create(tokens, "", version, sandbox);
  }

  /** The same with more settings below {@code spec}. */
  static SwitchingCluster create(String tokens, String more, String version, Sandbox sandbox) {
    SwitchingCluster cluster = new SwitchingCluster(version, sandbox);
    cluster.set(tokens, more);
    sandbox.apply(Manifests.serviceAccount(USER), Manifests.role(USER, "foo"));
    return cluster;
  }

  /** Changes the source of tokens. */
  void set(String tokens) {
    set(tokens, "");
  }

  /** The same with more settings below {@code spec}. */
  void set(String tokens, String more) {
    sandbox.apply(
        Manifests.cluster(
            """
            size: %d
            version: "%s"
            auth:
              enableServiceAccounts: true
              serviceAccountTokens: %s
            %s\
            """
                .formatted(SERVERS, version, tokens, more)));
  }

  void annotate(String name, String value) {
    sandbox.patch(
        sandbox.cluster(CLUSTER),
        "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}".formatted(name, value));
  }

  /** The token in the Secret of a ServiceAccount, as soon as it is issued. */
  String awaitToken(String serviceAccount) {
    return await().until(() -> sandbox.token(serviceAccount, CLUSTER), Optional::isPresent).get();
  }

  /** Waits until each server admits a client with this token. */
  void awaitLogins(String token) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(answers(token)).hasSize(SERVERS).containsOnly(WELCOME));
  }

  /** Waits until new client pods get tokens of this source. */
  void awaitSource(String tokens) {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.cluster(CLUSTER).getStatus().serviceAccountTokens())
                    .isEqualTo(tokens));
  }

  /** Waits until no server asks the operator about logins any more. */
  void awaitEndOfCallout() {
    await()
        .untilAsserted(
            () -> assertThat(sandbox.cluster(CLUSTER).getStatus().calloutKeys()).isNull());
  }

  /** Waits until each server has restarted since it had this UID. */
  void awaitRestarts(Map<String, String> before) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(uids().values())
                    .hasSize(before.size())
                    .doesNotContainAnyElementsOf(before.values()));
  }

  /** The answer of each server to a login with this token. */
  List<String> answers(String token) {
    return pods().stream().map(pod -> answer(pod, token)).toList();
  }

  List<Pod> pods() {
    return List.copyOf(servers.pods().values());
  }

  /** The UIDs of the server pods by name. */
  Map<String, String> uids() {
    return servers.uids();
  }

  @Override
  public void close() throws InterruptedException {
    servers.close();
  }

  private static String answer(Pod pod, String token) {
    if (pod.getStatus().getPodIP() == null) {
      return "no address";
    }
    RunningServer server = new RunningServer(pod);
    try {
      return server.listens() ? String.valueOf(server.answerTo(USER, token)) : "not listening";
    } catch (UncheckedIOException ended) {
      return ended.toString();
    }
  }
}
