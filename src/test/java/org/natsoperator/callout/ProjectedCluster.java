package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** A cluster with projected tokens and one server, and a client pod whose role is in force. */
public final class ProjectedCluster implements AutoCloseable {

  /** The client pod. */
  public static final String POD = "client";

  /** Its ServiceAccount, which may use the subject {@code foo}. */
  static final String USER = "nats-user";

  private final Sandbox sandbox;
  private final LoopbackCluster servers;

  private ProjectedCluster(Sandbox sandbox, LoopbackCluster servers) {
    this.sandbox = sandbox;
    this.servers = servers;
  }

  /** Returns when the pod can log in. */
  public static ProjectedCluster start(Sandbox sandbox) {
    ProjectedCluster cluster = create(sandbox);
    cluster.awaitLogin();
    return cluster;
  }

  /** Needs no running operator. */
  static ProjectedCluster create(Sandbox sandbox) {
    return create(sandbox, "");
  }

  /** The same with a text at the end of the server's nats.conf. */
  static ProjectedCluster create(Sandbox sandbox, String addition) {
    return create(sandbox, LoopbackCluster.withAddition(addition, CLUSTER, sandbox));
  }

  /** The same with a server that gives this address to clients, for a proxy in front of it. */
  static ProjectedCluster behind(String address, Sandbox sandbox) {
    List<String> flags = List.of("--client_advertise", address);
    return create(sandbox, LoopbackCluster.withFlags(flags, CLUSTER, sandbox));
  }

  private static ProjectedCluster create(Sandbox sandbox, LoopbackCluster servers) {
    ProjectedCluster cluster = new ProjectedCluster(sandbox, servers);
    cluster.set("{}");
    sandbox.apply(
        Manifests.serviceAccount(USER), Manifests.role(USER, "foo"), PodTokens.pod(POD, USER));
    return cluster;
  }

  /** Returns when the pod can log in. */
  void awaitLogin() {
    String token = podToken(POD);
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));
  }

  /** Creates the cluster, or changes its {@code spec.auth.projected}. */
  void set(String projected) {
    sandbox.apply(
        Manifests.cluster(
            """
            size: 1
            version: "2.15.3"
            auth:
              enableServiceAccounts: true
              serviceAccountTokens: Projected
              projected: %s
            """
                .formatted(projected)));
  }

  List<Pod> pods() {
    return List.copyOf(servers.pods().values());
  }

  public RunningServer server() {
    return new RunningServer(pods().getFirst());
  }

  /** The server's answer to a login with this token. */
  String login(String token) {
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

  @Override
  public void close() throws InterruptedException {
    servers.close();
  }
}
