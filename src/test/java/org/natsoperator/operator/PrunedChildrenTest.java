package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrunedChildrenTest {

  private static final String METADATA =
      """
      {"name": "example-nats", "labels": {"app": "nats", "nats_cluster": "example-nats", "ours": "a", "theirs": "b"},
       "annotations": {"ours": "c", "theirs": "d", "nats.io/theirs": "e",
         "service.beta.kubernetes.io/load-balancer-source-ranges": "f"},
       "finalizers": ["theirs"],
       "ownerReferences": [{"apiVersion": "nats.io/v1alpha2", "kind": "NatsCluster", "name": "g", "uid": "h",
         "controller": true}, {"apiVersion": "v1", "kind": "Pod", "name": "theirs", "uid": "theirs"}],
       "managedFields": [
         {"manager": "nats-operator", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": {
           "f:metadata": {"f:labels": {"f:app": {}, "f:ours": {}}, "f:annotations": {"f:ours": {}}}}},
         {"manager": "nats-operator", "operation": "Apply", "subresource": "status", "fieldsType": "FieldsV1",
           "fieldsV1": {"f:metadata": {"f:annotations": {"f:theirs": {}}}}},
         {"manager": "them", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": {
           "f:metadata": {"f:labels": {"f:theirs": {}}, "f:finalizers": {"v:\\"theirs\\"": {}},
             "f:annotations": {"f:theirs": {}, "f:service.beta.kubernetes.io/load-balancer-source-ranges": {}}},
           "f:spec": {"f:type": {}}}},
         {"manager": "empty", "operation": "Update"}]}\
      """;

  private final KubernetesSerialization kubernetes =
      new KubernetesSerialization(KubernetesConfiguration.mapper(), false);

  static List<Class<? extends HasMetadata>> kinds() {
    return List.of(
        Service.class, StatefulSet.class, PodDisruptionBudget.class, NetworkPolicy.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void objectsOfClustersHaveNoMetadataOfOthers(Class<? extends HasMetadata> kind) {
    HasMetadata read = kubernetes.unmarshal(object(kind), kind);

    assertPruned(read.getMetadata());
  }

  @Test
  void objectsInEventsHaveNone() {
    kubernetes.registerKubernetesResource(Service.class);
    String event = "{\"type\": \"ADDED\", \"object\": %s}".formatted(object(Service.class));
    WatchEvent read = kubernetes.unmarshal(event, WatchEvent.class);

    assertPruned(((Service) read.getObject()).getMetadata());
  }

  @Test
  void longSourceRangesAreCut() {
    String ranges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    Service read =
        kubernetes.unmarshal(
            "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}"
                .formatted(ranges, "a".repeat(200_000)),
            Service.class);

    assertThat(read.getMetadata().getAnnotations().get(ranges)).hasSize(1_024);
  }

  @Test
  void itemsOfListsHaveNone() {
    String list = "{\"apiVersion\": \"v1\", \"kind\": \"ServiceList\", \"items\": [%s]}";
    ServiceList read =
        kubernetes.unmarshal(list.formatted(object(Service.class)), ServiceList.class);

    assertPruned(read.getItems().getFirst().getMetadata());
  }

  @Test
  void metadataMayBeMissing() {
    Service read = kubernetes.unmarshal("{\"kind\": \"Service\", \"metadata\": {}}", Service.class);

    assertThat(read.getMetadata().getLabels()).isEmpty();
  }

  /** Its metadata is pruned by the shared informers. */
  @Test
  void otherKindsStay() {
    ServiceAccount read = kubernetes.unmarshal(object(ServiceAccount.class), ServiceAccount.class);

    assertThat(read.getMetadata().getAnnotations()).containsKey("theirs");
  }

  private static void assertPruned(ObjectMeta meta) {
    assertThat(meta.getLabels()).containsOnlyKeys("app", "nats_cluster", "ours");
    assertThat(meta.getAnnotations())
        .containsOnlyKeys("ours", "service.beta.kubernetes.io/load-balancer-source-ranges");
    assertThat(meta.getFinalizers()).isNullOrEmpty();
    assertThat(meta.getOwnerReferences()).singleElement().extracting("uid").isEqualTo("h");
    assertThat(
            meta.getManagedFields().stream()
                .filter(entry -> entry.getFieldsV1() != null)
                .map(entry -> entry.getFieldsV1().getAdditionalProperties().toString())
                .collect(Collectors.joining("\n")))
        .isEqualTo(
            """
            {f:metadata={f:labels={f:app={}, f:ours={}}, f:annotations={f:ours={}}}}
            {f:metadata={f:annotations={}}}
            {f:metadata={f:annotations={f:service.beta.kubernetes.io/load-balancer-source-ranges={}}}, f:spec={f:type={}}}\
            """);
  }

  private static String object(Class<? extends HasMetadata> kind) {
    return "{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"metadata\": %s}"
        .formatted(HasMetadata.getApiVersion(kind), HasMetadata.getKind(kind), METADATA);
  }
}
