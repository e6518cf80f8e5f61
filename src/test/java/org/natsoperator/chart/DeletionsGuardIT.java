package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.Manifests;

/** Protected objects and the CRDs cannot be deleted without an annotation. */
@ExtendWith(ChartServer.class)
class DeletionsGuardIT {

  private static final String REMEDY = "remove the annotation first";
  private static final String ALLOW = "nats.io/allow-deletion";
  private static final String NAMESPACE_CONTROLLER =
      "system:serviceaccount:kube-system:namespace-controller";

  private static String namespace;
  private static KubernetesClient user;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("deletions");
    user = ChartServer.as("administrator", "system:masters");
    HasMetadata cluster = created(cluster("awaited"), "true");
    Users.awaitRejection(() -> user.resource(cluster).dryRun().delete());
    Users.awaitRejection(() -> dryRun(user, "natsclusters.nats.io"));
  }

  static Stream<String> kinds() {
    return Stream.of(
        cluster("protected"), Manifests.role("protected", "example-nats", List.of(), List.of()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void protectedObjectStaysUntilItsAnnotationIsRemoved(String manifest) {
    HasMetadata created = created(manifest, "true");

    assertThat(rejection(() -> user.resource(created).delete())).contains(REMEDY);
    assertThat(
            rejection(
                () ->
                    user.resource(created)
                        .withPropagationPolicy(DeletionPropagation.ORPHAN)
                        .delete()))
        .contains(REMEDY);
    created(manifest, "false");
    user.resource(created).delete();
    assertThat(ChartServer.client().resource(created).get()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "", "TRUE"})
  void onlyTrueProtects(String value) {
    HasMetadata cluster = created(cluster("other-value"), value);

    user.resource(cluster).delete();
    assertThat(ChartServer.client().resource(cluster).get()).isNull();
  }

  @Test
  void deletionOfAllObjectsStopsAtProtectedOne() {
    created(cluster("kept"), "true");

    assertThat(rejection(() -> user.resources(NatsCluster.class).inNamespace(namespace).delete()))
        .contains(REMEDY);
  }

  /** It has deleted the servers already; otherwise the namespace would stay forever. */
  @Test
  void namespaceControllerMayDeleteProtectedObject() {
    HasMetadata cluster = created(cluster("gone"), "true");

    ChartServer.as(NAMESPACE_CONTROLLER, "system:masters").resource(cluster).delete();
    assertThat(ChartServer.client().resource(cluster).get()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"natsclusters.nats.io", "natsserviceroles.nats.io"})
  void crdNeedsAnnotation(String name) {
    assertThat(rejection(() -> dryRun(user, name))).contains(ALLOW);
    assertThat(
            rejection(() -> dryRun(ChartServer.as(NAMESPACE_CONTROLLER, "system:masters"), name)))
        .contains(ALLOW);
    annotate(name, "true");
    assertThat(dryRun(user, name)).isNotNull();
    annotate(name, null);
  }

  @Test
  void chartAnnotatesCrdsThatAnUninstallDeletes() {
    assertThat(annotations("crds={\"keep\": false}")).containsEntry(ALLOW, "true");
    assertThat(annotations())
        .doesNotContainKey(ALLOW)
        .containsEntry("helm.sh/resource-policy", "keep");
  }

  private static Map<String, String> annotations(String... values) {
    return RenderedChart.object(CustomResourceDefinition.class, values)
        .getMetadata()
        .getAnnotations();
  }

  private static Object dryRun(KubernetesClient as, String crd) {
    return as.apiextensions().v1().customResourceDefinitions().withName(crd).dryRun().delete();
  }

  private static void annotate(String crd, String value) {
    ChartServer.client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(crd)
        .edit(
            definition -> {
              Map<String, String> annotations = definition.getMetadata().getAnnotations();
              if (value == null) {
                annotations.remove(ALLOW);
              } else {
                annotations.put(ALLOW, value);
              }
              return definition;
            });
  }

  private static String cluster(String name) {
    return Manifests.cluster(name, "size: 1");
  }

  /** Applies an object with this value of the annotation. */
  private static HasMetadata created(String manifest, String value) {
    var object = Serialization.unmarshal(manifest, GenericKubernetesResource.class);
    object.getMetadata().setNamespace(namespace);
    object.getMetadata().setAnnotations(Map.of("nats.io/deletion-protection", value));
    return ChartServer.client().resource(object).forceConflicts().serverSideApply();
  }
}
