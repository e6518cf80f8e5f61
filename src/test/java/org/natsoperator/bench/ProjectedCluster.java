package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.PodTokens;

/**
 * A cluster of three servers with projected tokens in its own namespace, which is deleted with it.
 * Its client pods never start: only their tokens are used.
 */
final class ProjectedCluster implements AutoCloseable {

  private static final String NAMESPACE = "nats-bench-callout";
  private static final String NAME = "bench";

  private final KubernetesClient client;

  ProjectedCluster(KubernetesClient client) {
    this.client = client;
    Manifest.namespace(NAMESPACE).applyTo(client);
    Manifest.of(
            """
            apiVersion: nats.io/v1alpha2
            kind: NatsCluster
            metadata: {name: %s, namespace: %s}
            spec:
              size: %d
              pod: {enableConfigReload: true}
              auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}
            """
                .formatted(NAME, NAMESPACE, BenchCluster.SERVERS))
        .applyTo(client);
    awaitServers();
  }

  /** Waits until all servers are ready, also after one has ended. */
  void awaitServers() {
    await()
        .atMost(BenchCluster.TIMEOUT)
        .until(
            () -> servers().stream().filter(Readiness::isPodReady).count() == BenchCluster.SERVERS);
  }

  /** Creates a ServiceAccount, its role, and its client pod, and waits until the pod can log in. */
  void createUser(String name, String... subjects) {
    createRole(name, subjects);
    Manifest.of(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s, namespace: %2$s, labels: {nats_cluster: %3$s}}
            spec:
              serviceAccountName: %1$s
              schedulingGates: [{name: example.com/never}]
              containers: [{name: client, image: client}]
            """
                .formatted(name, NAMESPACE, NAME))
        .applyTo(client);
    String token = token(name);
    await().atMost(BenchCluster.TIMEOUT).until(() -> RawClient.accepts(addresses(), token));
  }

  void createRole(String name, String... subjects) {
    Manifest.roleWithAccount(NAMESPACE, name, NAME, subjects).applyTo(client);
  }

  /** A new token of a user's pod. */
  String token(String user) {
    return PodTokens.of(
        client, NAMESPACE, user, user, List.of("nats://%s.%s.svc".formatted(NAME, NAMESPACE)));
  }

  Resource<Pod> pod(String user) {
    return client.pods().inNamespace(NAMESPACE).withName(user);
  }

  Resource<NatsServiceRole> role(String user) {
    return client.resources(NatsServiceRole.class).inNamespace(NAMESPACE).withName(user);
  }

  Resource<? extends HasMetadata> serviceAccount(String user) {
    return client.serviceAccounts().inNamespace(NAMESPACE).withName(user);
  }

  /** Addresses of the servers, which are ready. */
  List<String> addresses() {
    return servers().stream().map(pod -> pod.getStatus().getPodIP()).toList();
  }

  /** An address that leads to any of the servers. */
  String serviceAddress() {
    return client.services().inNamespace(NAMESPACE).withName(NAME).get().getSpec().getClusterIP();
  }

  /** Ends a server without lame duck mode. */
  void kill(String address) {
    servers().stream()
        .filter(pod -> address.equals(pod.getStatus().getPodIP()))
        .forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
  }

  private List<Pod> servers() {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app", "nats")
        .withLabel("nats_cluster", NAME)
        .list()
        .getItems();
  }

  @Override
  public void close() {
    client.namespaces().withName(NAMESPACE).delete();
    await()
        .atMost(BenchCluster.TIMEOUT)
        .until(() -> client.namespaces().withName(NAMESPACE).get() == null);
  }
}
