package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.Users.rejection;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/**
 * Clients send their tokens to each pod that looks like a server. Only the StatefulSet of a cluster
 * can create such pods.
 */
@ExtendWith(ChartServer.class)
class ServerPodsGuardIT {

  private static final String REMEDY =
      "remove the label app=nats, since a client needs only nats_cluster";
  private static final String STATEFUL_SET_CONTROLLER =
      "system:serviceaccount:kube-system:statefulset-controller";
  private static final Map<String, String> SERVER =
      Map.of("app", "nats", "nats_cluster", "example-nats");
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private static String namespace;
  private static KubernetesClient developer;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("guarded");
    developer = Users.developer(namespace);
    await()
        .ignoreException(AssertionError.class)
        .untilAsserted(() -> assertThat(rejection(() -> dryRun(SERVER))).contains(REMEDY));
    await()
        .untilAsserted(
            () ->
                assertThat(rejection(() -> bind(create(Map.of()), SERVER)))
                    .contains("remove them from the Binding"));
  }

  @Test
  void rejectsServerPodThatUserCreates() {
    assertThat(rejection(() -> create(SERVER))).contains(REMEDY);
    assertThat(rejection(() -> ChartServer.client().resource(pod(SERVER)).create()))
        .contains(REMEDY);
  }

  @ParameterizedTest
  @CsvSource({
    "system:serviceaccount:kube-system:replicaset-controller, StatefulSet, example-nats",
    "system:serviceaccount:kube-system:statefulset-controller, StatefulSet, another",
    "system:serviceaccount:kube-system:statefulset-controller, ReplicaSet, example-nats",
    "system:kube-controller-manager, ReplicaSet, example-nats",
    "system:admin, StatefulSet, example-nats"
  })
  void rejectsServerPodOfAnotherController(String user, String ownerKind, String ownerName) {
    Pod pod = owned(pod(SERVER), owner(ownerKind, ownerName).build());

    assertThat(rejection(() -> asController(user).resource(pod).create())).contains(REMEDY);
  }

  @Test
  void rejectsServerPodWhoseOwnerIsNotController() {
    Pod pod = owned(pod(SERVER), owner("StatefulSet", "example-nats").withController(null).build());

    assertThat(rejection(() -> asController(STATEFUL_SET_CONTROLLER).resource(pod).create()))
        .contains(REMEDY);
  }

  @ParameterizedTest
  @ValueSource(strings = {STATEFUL_SET_CONTROLLER, "system:kube-controller-manager"})
  void acceptsServerPodOfStatefulSetOfCluster(String controller) {
    assertThat(createServer(controller).getMetadata().getLabels()).containsAllEntriesOf(SERVER);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '{\"app\": \"nats\", \"nats_cluster\": \"example-nats\"}'",
    "'app=nats', '{\"nats_cluster\": \"example-nats\"}'",
    "'nats_cluster=example-nats', '{\"app\": \"nats\"}'",
    "'nats_cluster=example-nats,app=web', '{\"app\": \"nats\"}'"
  })
  void rejectsLabelsThatMakePodAServer(String before, String labels) {
    Pod pod = create(labels(before));

    assertThat(rejection(() -> label(developer, pod, labels))).contains(REMEDY);
    assertThat(rejection(() -> label(ChartServer.client(), pod, labels))).contains(REMEDY);
    assertThat(rejection(() -> label(asController(STATEFUL_SET_CONTROLLER), pod, labels)))
        .contains(REMEDY);
    assertThat(rejection(() -> labelThrough("status", pod, labels))).contains(REMEDY);
  }

  @Test
  void acceptsOtherLabelsOnServer() {
    Pod server = createServer(STATEFUL_SET_CONTROLLER);

    label(developer, server, "{\"nats_version\": \"2.15.2\"}");
    assertThat(labelThrough("status", server, "{\"seen\": \"yes\"}"))
        .as("labels after a status update, which the policy therefore checks")
        .containsEntry("seen", "yes");
  }

  @Test
  void serverPodCanLoseItsLabelButNotRegainIt() {
    Pod server = createServer(STATEFUL_SET_CONTROLLER);

    assertThat(label(developer, server, "{\"app\": null}").getMetadata().getLabels())
        .doesNotContainKey("app");
    assertThat(rejection(() -> label(developer, server, "{\"app\": \"nats\"}"))).contains(REMEDY);
  }

  @Test
  void rejectsChangeOfClusterLabelOnServer() {
    Pod server = createServer(STATEFUL_SET_CONTROLLER);

    assertThat(rejection(() -> label(developer, server, "{\"nats_cluster\": \"another\"}")))
        .contains(REMEDY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ephemeralcontainers", "resize"})
  void otherSubresourcesDoNotChangeLabels(String subresource) {
    Pod pod = create(labels("nats_cluster=example-nats"));

    assertThat(labelThrough(subresource, pod, "{\"app\": \"nats\"}"))
        .isEqualTo(Map.of("nats_cluster", "example-nats"));
  }

  @Test
  void rejectsBindingThatSetsServerLabels() {
    Pod client = create(labels("nats_cluster=example-nats"));
    Pod app = create(labels("app=nats"));

    assertThat(rejection(() -> bind(client, labels("app=nats"))))
        .contains("remove them from the Binding");
    assertThat(rejection(() -> bind(app, labels("nats_cluster=a"))))
        .contains("remove them from the Binding");
    node();
    bind(client, labels("zone=a"));
    assertThat(read(client))
        .as("labels after a Binding, which the policy therefore checks")
        .containsEntry("zone", "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nats_cluster=example-nats",
        "app=nats",
        "app=web,nats_cluster=example-nats",
        "app=web"
      })
  void ignoresPodsThatAreNotServers(String labels) {
    Pod pod = create(labels(labels));

    assertThat(label(developer, pod, "{\"harmless\": \"yes\"}").getMetadata().getLabels())
        .containsEntry("harmless", "yes");
    developer.resource(pod).delete();
  }

  private static Pod create(Map<String, String> labels) {
    return developer.resource(pod(labels)).create();
  }

  private static Pod dryRun(Map<String, String> labels) {
    return developer.resource(pod(labels)).dryRun().create();
  }

  private static Pod createServer(String controller) {
    return asController(controller)
        .resource(owned(pod(SERVER), owner("StatefulSet", "example-nats").build()))
        .create();
  }

  /** The permissions of a controller do not matter here: the policy sees only its user name. */
  private static KubernetesClient asController(String user) {
    return ChartServer.as(user, "system:masters");
  }

  private static Pod label(KubernetesClient client, Pod pod, String labels) {
    return client.resource(pod).patch(MERGE, "{\"metadata\": {\"labels\": %s}}".formatted(labels));
  }

  private static Map<String, String> labelThrough(String subresource, Pod pod, String labels) {
    String patch = "{\"metadata\": {\"labels\": %s}}".formatted(labels);
    developer.resource(pod).subresource(subresource).patch(MERGE, patch);
    return read(pod);
  }

  private static Map<String, String> read(Pod pod) {
    return developer.resource(pod).get().getMetadata().getLabels();
  }

  private static String bind(Pod pod, Map<String, String> labels) {
    var binding =
        new BindingBuilder()
            .withNewMetadata()
            .withName(pod.getMetadata().getName())
            .withNamespace(namespace)
            .withLabels(labels)
            .endMetadata()
            .withTarget(new ObjectReferenceBuilder().withKind("Node").withName("node").build())
            .build();
    String path =
        "/api/v1/namespaces/%s/pods/%s/binding".formatted(namespace, pod.getMetadata().getName());
    return developer.raw(path, "POST", Serialization.asJson(binding));
  }

  private static void node() {
    ChartServer.client()
        .resource(new NodeBuilder().withNewMetadata().withName("node").endMetadata().build())
        .create();
  }

  private static Map<String, String> labels(String text) {
    return Stream.of(text.split(","))
        .map(label -> label.split("="))
        .filter(label -> label.length == 2)
        .collect(Collectors.toMap(label -> label[0], label -> label[1]));
  }

  private static Pod pod(Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("pod-")
        .withNamespace(namespace)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("a")
        .withImage("a")
        .endContainer()
        .endSpec()
        .build();
  }

  private static Pod owned(Pod pod, OwnerReference owner) {
    return new PodBuilder(pod).editMetadata().withOwnerReferences(owner).endMetadata().build();
  }

  private static OwnerReferenceBuilder owner(String kind, String name) {
    return new OwnerReferenceBuilder()
        .withApiVersion("apps/v1")
        .withKind(kind)
        .withName(name)
        .withUid("a")
        .withController(true);
  }
}
