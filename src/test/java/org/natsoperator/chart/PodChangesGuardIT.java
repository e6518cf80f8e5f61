package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.kubernetes.PodAnnotation;
import org.natsoperator.testing.ChartServer;

/** The operator's account can change only one annotation of a pod, and delete only servers. */
@ExtendWith(ChartServer.class)
class PodChangesGuardIT {

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String TOKEN_ISSUED = "nats.io/token-issued";
  private static final String ONLY_ANNOTATIONS = "may change only the annotation";
  private static String namespace;
  private static KubernetesClient operator;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("changes");
    operator = ChartServer.as(EVERYWHERE.user());
    Pod pod = pod(Map.of());
    Users.awaitRejection(() -> operator.resource(pod).patch(MERGE, metadata("annotations")));
  }

  @Test
  void annotatesServersAndClients() {
    Pod server = server();
    Pod client = client();
    PodAnnotation.set(operator, server, ServerPodMetadata.CONFIG_PUSH_ANNOTATION, "1");
    PodAnnotation.set(operator, server, ServerPodMetadata.CONFIG_PUSH_ANNOTATION, "2");
    PodAnnotation.set(operator, client, TOKEN_ISSUED, "1");

    assertThat(annotations(server)).containsEntry(ServerPodMetadata.CONFIG_PUSH_ANNOTATION, "2");
    assertThat(annotations(client)).containsEntry(TOKEN_ISSUED, "1").containsEntry("kept", "yes");
  }

  @Test
  void rejectsAnnotationOfOtherPods() {
    assertThat(rejection(() -> annotate(server(), TOKEN_ISSUED))).contains(ONLY_ANNOTATIONS);
    assertThat(rejection(() -> annotate(client(), ServerPodMetadata.CONFIG_PUSH_ANNOTATION)))
        .contains(ONLY_ANNOTATIONS);
    assertThat(rejection(() -> annotate(pod(Map.of("app", "nats")), TOKEN_ISSUED)))
        .contains(ONLY_ANNOTATIONS);
    assertThat(rejection(() -> annotate(pod(Map.of()), TOKEN_ISSUED))).contains(ONLY_ANNOTATIONS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"annotations\": {\"mark\": \"1\"}}",
        "{\"annotations\": {\"kept\": \"no\"}}",
        "{\"annotations\": {\"kept\": null}}",
        "{\"annotations\": {\"nats.io/injected\": \"yes\"}}",
        "{\"labels\": {\"mark\": \"1\"}}",
        "{\"labels\": {\"nats_cluster\": null}}",
        "{\"finalizers\": [\"example.com/a\"]}",
        "{\"ownerReferences\": [{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"name\": \"a\","
            + " \"uid\": \"a\"}]}"
      })
  void rejectsOtherMetadata(String metadata) {
    assertThat(
            rejection(
                () -> operator.resource(client()).patch(MERGE, "{\"metadata\": " + metadata + "}")))
        .contains(ONLY_ANNOTATIONS);
  }

  @Test
  void rejectsSpec() {
    String evil = "{\"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"evil\"}]}}";

    assertThat(
            rejection(
                () ->
                    operator
                        .resource(client())
                        .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), evil)))
        .contains("but not its spec");
  }

  @Test
  void deletesOnlyServers() {
    Pod server = server();
    operator.resource(server).delete();
    assertThat(ChartServer.client().resource(server).get()).isNull();

    for (Pod other : new Pod[] {client(), pod(Map.of("app", "nats")), pod(Map.of())}) {
      assertThat(rejection(() -> operator.resource(other).delete()))
          .contains("may delete only pods of servers");
    }
  }

  private static Pod annotate(Pod pod, String annotation) {
    return operator
        .resource(pod)
        .patch(MERGE, "{\"metadata\": {\"annotations\": {\"%s\": \"1\"}}}".formatted(annotation));
  }

  private static String metadata(String field) {
    return "{\"metadata\": {\"%s\": {\"mark\": \"1\"}}}".formatted(field);
  }

  private static Map<String, String> annotations(Pod pod) {
    return ChartServer.client().resource(pod).get().getMetadata().getAnnotations();
  }

  private static Pod client() {
    return pod(Map.of("nats_cluster", "example-nats"));
  }

  private static Pod server() {
    return Pods.asController(Pods.STATEFUL_SET_CONTROLLER)
        .resource(Pods.server(namespace))
        .create();
  }

  private static Pod pod(Map<String, String> labels) {
    Pod pod = Pods.labeled(namespace, labels);
    pod.getMetadata().setAnnotations(Map.of("kept", "yes"));
    return ChartServer.client().resource(pod).create();
  }
}
