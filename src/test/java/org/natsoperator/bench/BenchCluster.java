package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/** A cluster of three servers in its own namespace, which is deleted with it. */
final class BenchCluster implements AutoCloseable {

  static final String NAMESPACE = "nats-bench";
  static final String NAME = "bench";
  static final int SERVERS = 3;

  static final Duration TIMEOUT = Duration.ofMinutes(2);
  static final Duration OFTEN = Duration.ofMillis(50);

  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;

  BenchCluster(KubernetesClient client) {
    this.client = client;
    deleteNamespace();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
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
    Manifest.of(
            """
            apiVersion: nats.io/v1alpha2
            kind: NatsCluster
            metadata: {name: %s, namespace: %s}
            spec:
              size: %d
              pod: {enableConfigReload: true}
              auth: {enableServiceAccounts: true, allowedNamespaces: %s}
            """
                .formatted(NAME, NAMESPACE, SERVERS, ManyRoles.OTHER_NAMESPACES))
        .applyTo(client);
  }

  /** Changes the spec. The change is given as JSON. */
  void change(String spec) {
    cluster().patch(MERGE, "{\"spec\": %s}".formatted(spec));
  }

  /** Waits until the newest generation of the cluster is Ready. */
  void awaitReportedReady() {
    await().atMost(TIMEOUT).pollInterval(OFTEN).until(() -> isReportedReady(cluster().get()));
  }

  private static boolean isReportedReady(NatsCluster cluster) {
    return cluster.getStatus() != null
        && cluster.getMetadata().getGeneration().equals(cluster.getStatus().observedGeneration())
        && cluster.getStatus().conditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  void delete() {
    cluster().delete();
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                pods().isEmpty()
                    && client.secrets().inNamespace(NAMESPACE).list().getItems().isEmpty());
  }

  /** Creates a ServiceAccount and its role, which may subscribe to these subjects. */
  void createRole(String name, String... subjects) {
    Manifest.roleWithAccount(NAMESPACE, name, NAME, subjects).applyTo(client);
  }

  void deleteRole(String name) {
    role(name).delete();
  }

  void awaitReady() {
    await()
        .atMost(TIMEOUT)
        .pollInterval(OFTEN)
        .until(() -> pods().stream().filter(Readiness::isPodReady).count() == SERVERS);
  }

  void awaitInForce(String role) {
    await().atMost(TIMEOUT).pollInterval(OFTEN).until(() -> inForce(role(role).get()));
  }

  /** Returns true if the newest generation of a role is in force on all servers. */
  static boolean inForce(NatsServiceRole role) {
    String everywhere = SERVERS + "/" + SERVERS;
    return Optional.ofNullable(role.getStatus())
        .filter(status -> role.getMetadata().getGeneration().equals(status.observedGeneration()))
        .filter(status -> everywhere.equals(status.inForce()))
        .isPresent();
  }

  /** The token of a role's user; empty until it exists. */
  Optional<String> token(String role) {
    return Optional.ofNullable(
            client
                .secrets()
                .inNamespace(NAMESPACE)
                .withName(role + "-" + NAME + "-bound-token")
                .get())
        .map(secret -> secret.getData())
        .map(data -> data.get("token"))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII));
  }

  /** An address that leads to any of the servers. */
  String serviceAddress() {
    return client.services().inNamespace(NAMESPACE).withName(NAME).get().getSpec().getClusterIP();
  }

  List<String> serverNames() {
    return pods().stream().map(pod -> pod.getMetadata().getName()).toList();
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

  private void deleteNamespace() {
    client.namespaces().withName(NAMESPACE).delete();
    await().atMost(TIMEOUT).until(() -> client.namespaces().withName(NAMESPACE).get() == null);
  }

  @Override
  public void close() {
    deleteNamespace();
  }
}
