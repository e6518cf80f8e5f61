package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;

/** The cluster of {@link Manifests} with real servers, in a {@link Sandbox} of the {@link Node}. */
public final class RunningCluster {

  /**
   * Much less than the kubelet's own sync period of up to a minute, and than a lame duck duration.
   * The benchmark measures exact times.
   */
  public static final Duration AT_ONCE = Duration.ofSeconds(8);

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Sandbox sandbox;

  private RunningCluster(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * Applies a cluster and roles, whose users may publish and subscribe {@code greetings}, and waits
   * until all are ready.
   */
  public static RunningCluster start(Sandbox sandbox, String cluster, String... roles) {
    sandbox.apply(cluster);
    RunningCluster running = new RunningCluster(sandbox);
    Stream.of(roles).forEach(running::applyRole);
    running.awaitReady();
    Stream.of(roles).forEach(running::awaitInForce);
    return running;
  }

  /** Waits for a condition, and asserts that it holds within {@link #AT_ONCE}. */
  public static void awaitAtOnce(Callable<Boolean> condition) {
    awaitWithin(AT_ONCE, condition);
  }

  /** Waits for a condition, and asserts that it holds within this time. Pauses do not count. */
  public static void awaitWithin(Duration limit, Callable<Boolean> condition) {
    Stopwatch stopwatch = Stopwatch.start();
    await().atMost(limit.plus(TIMEOUT)).until(condition);
    assertThat(stopwatch.elapsed()).isLessThan(limit);
  }

  public void applyRole(String name) {
    sandbox.apply(Manifests.serviceAccount(name), Manifests.role(name, "greetings"));
  }

  /** Waits until the newest spec is applied on all servers. */
  public void awaitReady() {
    await().atMost(TIMEOUT).ignoreExceptions().until(() -> isReady(sandbox.cluster(CLUSTER)));
  }

  private boolean isReady(NatsCluster cluster) {
    Condition ready = sandbox.clusterCondition(CLUSTER, "Ready");
    return "True".equals(ready.getStatus())
        && Objects.equals(ready.getObservedGeneration(), cluster.getMetadata().getGeneration())
        && pods().size() == cluster.getSpec().size();
  }

  /** Waits until every server has confirmed the current role. */
  public void awaitInForce(String role) {
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(
            () -> {
              Condition inForce = sandbox.roleCondition(role, "InForce");
              return "True".equals(inForce.getStatus())
                  && Objects.equals(
                      inForce.getObservedGeneration(),
                      sandbox.role(role).getMetadata().getGeneration());
            });
  }

  public String token(String role) {
    return sandbox.token(role, CLUSTER).orElseThrow();
  }

  /** The servers that are not being deleted, in their order. */
  public List<RunningServer> servers() {
    return pods().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(RunningServer::new)
        .toList();
  }

  /** A ready server with this ordinal. */
  public Optional<RunningServer> server(int ordinal) {
    return servers().stream()
        .filter(server -> server.name().equals(CLUSTER + "-" + ordinal))
        .filter(server -> Readiness.isPodReady(server.pod()))
        .findFirst();
  }

  /** A client of this role on each server. */
  public Clients login(String role) {
    Clients clients = new Clients(role, token(role));
    servers().forEach(clients::loginTo);
    return clients;
  }

  /** No clients, because there are no servers. */
  public Clients noClients() {
    return new Clients("", "");
  }

  /** All server pods, including terminating ones. */
  public List<Pod> pods() {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withLabels(labels())
        .list()
        .getItems()
        .stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }

  private static Map<String, String> labels() {
    return Map.of("app", "nats", "nats_cluster", CLUSTER);
  }
}
