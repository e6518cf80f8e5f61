package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.kubernetes.Events;

/** A fresh namespace of the API server, with short methods for the actions of a test. */
public final class Sandbox implements AutoCloseable {

  /** The user that makes nats-server reject clients if no role gives a user. */
  public static final String SENTINEL = "_nobody";

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static final String LABEL = "org.natsoperator/test";

  private final KubernetesClient client;
  private final Path kubeconfig;
  private final String namespace;

  private Sandbox(KubernetesClient client, Path kubeconfig, String namespace) {
    this.client = client;
    this.kubeconfig = kubeconfig;
    this.namespace = namespace;
  }

  /** A new namespace of this API server. */
  public static Sandbox create(KubernetesClient client, Path kubeconfig) {
    var fresh =
        new NamespaceBuilder()
            .withNewMetadata()
            .withGenerateName("test-")
            .addToLabels(LABEL, "")
            .endMetadata()
            .build();
    return new Sandbox(client, kubeconfig, client.resource(fresh).create().getMetadata().getName());
  }

  /** A new namespace with this name in the same API server. */
  public Sandbox namespace(String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return new Sandbox(client, kubeconfig, name);
  }

  public String namespace() {
    return namespace;
  }

  /** A kubeconfig with all permissions. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** A client with all permissions. */
  public KubernetesClient client() {
    return client;
  }

  /** Applies manifests unchanged, with fields that the operator's types may not contain. */
  public void apply(String... manifests) {
    Stream.of(manifests)
        .flatMap(manifest -> Stream.of(manifest.split("(?m)^---$")))
        .map(manifest -> Serialization.unmarshal(manifest, GenericKubernetesResource.class))
        .forEach(
            object ->
                client.resource(object).inNamespace(namespace).forceConflicts().serverSideApply());
  }

  /** Returns the output of kubectl for an applied manifest. */
  public String kubectlApply(String manifest, String... options) {
    return Kubectl.apply(kubeconfig, namespace, manifest, options);
  }

  /**
   * Returns the output of kubectl for scaling an object, such as {@code natscluster/example-nats}.
   */
  public String kubectlScale(String object, int replicas) {
    return Kubectl.scale(kubeconfig, namespace, object, replicas);
  }

  /** Runs kubectl with these arguments and returns its output. */
  public String kubectl(String... arguments) {
    return Kubectl.run(kubeconfig, namespace, arguments);
  }

  /** Runs the kubectl plugin with these arguments and returns its output. */
  public String kubectlNats(String... arguments) {
    return KubectlNats.run(kubeconfig, namespace, arguments);
  }

  public NatsCluster cluster(String name) {
    return client.resources(NatsCluster.class).inNamespace(namespace).withName(name).get();
  }

  /** The StatefulSet of a cluster; null if it does not exist. */
  public StatefulSet statefulSet(String name) {
    return client.apps().statefulSets().inNamespace(namespace).withName(name).get();
  }

  public NatsServiceRole role(String name) {
    return client.resources(NatsServiceRole.class).inNamespace(namespace).withName(name).get();
  }

  public ServiceAccount serviceAccount(String name) {
    return client.serviceAccounts().inNamespace(namespace).withName(name).get();
  }

  public Secret secret(String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  /** Deletes an object. Fails if it does not exist. */
  public void delete(HasMetadata object) {
    client.resource(object).inNamespace(namespace).delete();
  }

  /** Applies a JSON merge patch. It has no resourceVersion, since the operator writes as well. */
  public void patch(HasMetadata object, String patch) {
    client.resource(object).patch(MERGE, patch);
  }

  /** The same for the status. */
  public void patchStatus(HasMetadata object, String patch) {
    client.resource(object).subresource("status").patch(MERGE, patch);
  }

  /** The condition of a cluster; a condition without a status if it does not exist yet. */
  public Condition clusterCondition(String cluster, String type) {
    return condition(
        Optional.ofNullable(cluster(cluster).getStatus()).map(status -> status.conditions()), type);
  }

  /** The condition of a role; a condition without a status if it does not exist yet. */
  public Condition roleCondition(String role, String type) {
    return condition(
        Optional.ofNullable(role(role).getStatus()).map(status -> status.conditions()), type);
  }

  /**
   * Waits until a condition of a role is true. Without an answer of each server, the operator
   * reports it after 20 seconds. The periodic reconciliation after a minute would be too late.
   */
  public void awaitRole(String role, String type) {
    await()
        .atMost(Duration.ofSeconds(50))
        .untilAsserted(
            () -> {
              Condition condition = roleCondition(role, type);
              assertThat(condition.getStatus()).as(condition.getMessage()).isEqualTo("True");
            });
  }

  /** The Events of the operator for an object. */
  public List<Event> events(HasMetadata object) {
    return events().stream()
        .filter(event -> event.getRegarding().getUid().equals(object.getMetadata().getUid()))
        .toList();
  }

  /** The Events of the operator. Kubernetes emits others at unpredictable times. */
  public List<Event> events() {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> Events.REPORTING_CONTROLLER.equals(event.getReportingController()))
        .toList();
  }

  /**
   * Every nats.conf of a cluster, by the name of its Secret: the copy and the file of each
   * revision.
   */
  public Map<String, ServerConfigFile> configs(String cluster) {
    return NatsConfFiles.of(cluster, this);
  }

  /** The users in a cluster's nats.conf, including the sentinel; empty while there is no file. */
  public List<String> users(String cluster) {
    return Optional.ofNullable(configs(cluster).get(cluster)).stream()
        .flatMap(NatsConfFiles::users)
        .map(user -> user.get("username").asText())
        .toList();
  }

  /** A user in a cluster's nats.conf. If it is missing, an assertion fails, so waits go on. */
  public ObjectNode user(String cluster, String name) {
    return Optional.ofNullable(configs(cluster).get(cluster)).stream()
        .flatMap(NatsConfFiles::users)
        .filter(user -> user.get("username").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no user %s of %s".formatted(name, cluster)));
  }

  /** The token of a ServiceAccount for a cluster; empty if there is none. */
  public Optional<String> token(String serviceAccount, String cluster) {
    return Optional.ofNullable(secret(serviceAccount + "-" + cluster + "-bound-token"))
        .filter(secret -> secret.getData() != null && secret.getData().containsKey("token"))
        .map(secret -> text(secret, "token"));
  }

  /**
   * The operator reconciles the deletion, so that it does not affect later tests. No text that
   * users see may be that of a Java object.
   */
  @Override
  public void close() {
    UserTexts texts = UserTexts.of(this);
    client.resources(NatsServiceRole.class).inNamespace(namespace).delete();
    client.resources(NatsCluster.class).inNamespace(namespace).delete();
    texts.assertNotJava();
  }

  static String text(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  private static Condition condition(Optional<List<Condition>> conditions, String type) {
    return conditions.stream()
        .flatMap(List::stream)
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseGet(Condition::new);
  }
}
