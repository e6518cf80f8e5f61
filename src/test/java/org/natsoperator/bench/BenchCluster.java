package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/** A cluster of three servers in a namespace of its own, which goes with it. */
final class BenchCluster implements AutoCloseable {

  static final String NAMESPACE = "nats-bench";
  static final String NAME = "bench";
  static final int SERVERS = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KubernetesClient client;

  BenchCluster(KubernetesClient client) {
    this.client = client;
    deleteNamespace();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
  }

  KubernetesClient client() {
    return client;
  }

  void create() {
    createServers();
    createRole("user", "greetings");
    awaitReady();
    awaitInForce("user");
  }

  void createServers() {
    apply(
        """
        apiVersion: nats.io/v1alpha2
        kind: NatsCluster
        metadata: {name: %s, namespace: %s}
        spec: {size: %d, pod: {enableConfigReload: true}, auth: {enableServiceAccounts: true}}
        """
            .formatted(NAME, NAMESPACE, SERVERS));
  }

  void delete() {
    cluster().delete();
    await().atMost(PATIENCE).until(() -> pods().isEmpty() && client.secrets().inNamespace(NAMESPACE).list().getItems().isEmpty());
  }

  /** A ServiceAccount and its role, which may subscribe to these subjects. */
  void createRole(String name, String... subjects) {
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build())
        .serverSideApply();
    apply(
        """
        apiVersion: nats.io/v1alpha2
        kind: NatsServiceRole
        metadata: {name: %s, namespace: %s, labels: {nats_cluster: %s}}
        spec: {permissions: {publish: ["greetings"], subscribe: ["%s"]}}
        """
            .formatted(name, NAMESPACE, NAME, String.join("\", \"", subjects)));
  }

  void deleteRole(String name) {
    role(name).delete();
  }

  void awaitReady() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> pods().stream().filter(Readiness::isPodReady).count() == SERVERS);
  }

  void awaitInForce(String role) {
    String everywhere = SERVERS + "/" + SERVERS;
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                Optional.ofNullable(role(role).get().getStatus())
                    .filter(status -> everywhere.equals(status.inForce()))
                    .isPresent());
  }

  /** The token of a role's user, once it is there. */
  Optional<String> token(String role) {
    return Optional.ofNullable(
            client.secrets().inNamespace(NAMESPACE).withName(role + "-" + NAME + "-bound-token").get())
        .map(secret -> secret.getData())
        .map(data -> data.get("token"))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII));
  }

  List<String> serverAddresses() {
    return pods().stream().map(pod -> pod.getStatus().getPodIP()).toList();
  }

  private List<Pod> pods() {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("nats_cluster", NAME)
        .list()
        .getItems()
        .stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }

  private Resource<NatsCluster> cluster() {
    return client.resources(NatsCluster.class).inNamespace(NAMESPACE).withName(NAME);
  }

  private Resource<NatsServiceRole> role(String name) {
    return client.resources(NatsServiceRole.class).inNamespace(NAMESPACE).withName(name);
  }

  private void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .resources()
        .forEach(resource -> resource.forceConflicts().serverSideApply());
  }

  private void deleteNamespace() {
    client.namespaces().withName(NAMESPACE).delete();
    await().atMost(PATIENCE).until(() -> client.namespaces().withName(NAMESPACE).get() == null);
  }

  @Override
  public void close() {
    deleteNamespace();
  }
}
