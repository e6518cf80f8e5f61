package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Pods.SERVER;
import static org.natsoperator.chart.Pods.STATEFUL_SET_CONTROLLER;
import static org.natsoperator.chart.Pods.asController;
import static org.natsoperator.chart.ServerPodsGuardIT.REMEDY;
import static org.natsoperator.chart.Users.rejection;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
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

/** An update, a subresource or a Binding cannot give a pod the labels of a server. */
@ExtendWith(ChartServer.class)
class ServerLabelsGuardIT {

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static String namespace;
  private static KubernetesClient developer;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("labeled");
    developer = Users.developer(namespace);
    Pod server = Pods.labeled(namespace, SERVER);
    Users.awaitRejection(() -> developer.resource(server).dryRun().create(), REMEDY);
    Users.awaitRejection(() -> bind(create(Map.of()), SERVER), "remove them from the Binding");
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
    Pod server = createServer();

    label(developer, server, "{\"nats_version\": \"2.15.3\"}");
    assertThat(labelThrough("status", server, "{\"seen\": \"yes\"}"))
        .as("labels after a status update, which the policy therefore checks")
        .containsEntry("seen", "yes");
  }

  @Test
  void serverPodCanLoseItsLabelButNotRegainIt() {
    Pod server = createServer();

    assertThat(label(developer, server, "{\"app\": null}").getMetadata().getLabels())
        .doesNotContainKey("app");
    assertThat(rejection(() -> label(developer, server, "{\"app\": \"nats\"}"))).contains(REMEDY);
  }

  @Test
  void rejectsChangeOfClusterLabelOnServer() {
    Pod server = createServer();

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
    return developer.resource(Pods.labeled(namespace, labels)).create();
  }

  private static Pod createServer() {
    return asController(STATEFUL_SET_CONTROLLER).resource(Pods.server(namespace)).create();
  }

  private static Pod label(KubernetesClient client, Pod pod, String labels) {
    return client.resource(pod).patch(MERGE, patch(labels));
  }

  private static Map<String, String> labelThrough(String subresource, Pod pod, String labels) {
    developer.resource(pod).subresource(subresource).patch(MERGE, patch(labels));
    return read(pod);
  }

  private static String patch(String labels) {
    return "{\"metadata\": {\"labels\": %s}}".formatted(labels);
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
}
