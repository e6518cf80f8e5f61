package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/**
 * Manual changes of the objects of a running cluster. The operator reverts them without
 * disconnecting clients.
 */
@NodeTest
class ManualEditsIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private Sandbox sandbox;
  private RunningCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = RunningCluster.start(sandbox, Manifests.cluster(), "stayer");
  }

  @Test
  void revertsEdits() {
    assertNoDisconnects(
        () -> {
          statefulSet()
              .edit(
                  set ->
                      new StatefulSetBuilder(set)
                          .editSpec()
                          .editTemplate()
                          .editSpec()
                          .editFirstContainer()
                          .withImage("evil:1")
                          .endContainer()
                          .endSpec()
                          .endTemplate()
                          .endSpec()
                          .build());
          client()
              .services()
              .inNamespace(sandbox.namespace())
              .withName(CLUSTER)
              .edit(
                  service ->
                      new ServiceBuilder(service)
                          .editSpec()
                          .addToSelector("app", "stolen")
                          .endSpec()
                          .build());
          await()
              .until(
                  () ->
                      statefulSet()
                          .get()
                          .getSpec()
                          .getTemplate()
                          .getSpec()
                          .getContainers()
                          .getFirst()
                          .getImage()
                          .equals("nats:2.15.3"));
          await()
              .until(
                  () ->
                      client()
                          .services()
                          .inNamespace(sandbox.namespace())
                          .withName(CLUSTER)
                          .get()
                          .getSpec()
                          .getSelector()
                          .get("app")
                          .equals("nats"));
        });
  }

  @Test
  void recreatesDeletedObjects() {
    Map<String, String> before = uids();
    assertThat(before.keySet())
        .extracting(name -> name.split(" ")[0])
        .contains("Secret", "Service", "PodDisruptionBudget", "NetworkPolicy");
    assertNoDisconnects(
        () -> {
          objects().forEach(sandbox::delete);
          await()
              .atMost(TIMEOUT)
              .until(
                  () ->
                      uids().keySet().containsAll(before.keySet())
                          && uids().values().stream().noneMatch(before::containsValue));
        });
  }

  @Test
  void removesServersThatUserAdds() {
    assertNoDisconnects(
        () -> {
          statefulSet()
              .edit(
                  set -> new StatefulSetBuilder(set).editSpec().withReplicas(5).endSpec().build());
          await()
              .atMost(TIMEOUT)
              .until(
                  () ->
                      statefulSet().get().getSpec().getReplicas() == 3
                          && cluster.pods().size() == 3);
        });
  }

  @Test
  void recreatedStatefulSetAdoptsRunningServers() {
    String before = statefulSet().get().getMetadata().getUid();
    assertNoDisconnects(
        () -> {
          statefulSet()
              .withPropagationPolicy(io.fabric8.kubernetes.api.model.DeletionPropagation.ORPHAN)
              .delete();
          await().atMost(TIMEOUT).until(() -> isAnother(statefulSet().get(), before));
        });
  }

  private static boolean isAnother(StatefulSet set, String uid) {
    return set != null && !set.getMetadata().getUid().equals(uid);
  }

  private void assertNoDisconnects(Runnable change) {
    List<String> servers = cluster.servers().stream().map(RunningServer::uid).toList();
    try (Clients stayers = cluster.login("stayer")) {
      change.run();
      cluster.applyRole("newcomer");
      cluster.awaitInForce("newcomer");
      cluster.awaitReady();
      assertThat(cluster.servers()).extracting(RunningServer::uid).isEqualTo(servers);
      assertThat(cluster.servers())
          .isNotEmpty()
          .allSatisfy(
              server ->
                  assertThat(server.answerTo("newcomer", cluster.token("newcomer")))
                      .isEqualTo(WELCOME));
      assertThat(stayers.disconnectedBy()).isEmpty();
    }
  }

  /**
   * UIDs by kind and name of all objects except for the StatefulSet and the token Secrets, which
   * clients mount.
   */
  private Map<String, String> uids() {
    return objects()
        .collect(
            Collectors.toMap(
                object -> object.getKind() + " " + object.getMetadata().getName(),
                object -> object.getMetadata().getUid()));
  }

  private Stream<HasMetadata> objects() {
    String namespace = sandbox.namespace();
    return Stream.of(
            client().services().inNamespace(namespace),
            client().secrets().inNamespace(namespace),
            client().policy().v1().podDisruptionBudget().inNamespace(namespace),
            client().network().v1().networkPolicies().inNamespace(namespace))
        .flatMap(kind -> kind.list().getItems().stream())
        .map(HasMetadata.class::cast)
        .filter(object -> !object.getMetadata().getName().endsWith("-bound-token"));
  }

  private Resource<StatefulSet> statefulSet() {
    return client().apps().statefulSets().inNamespace(sandbox.namespace()).withName(CLUSTER);
  }

  private KubernetesClient client() {
    return sandbox.client();
  }
}
