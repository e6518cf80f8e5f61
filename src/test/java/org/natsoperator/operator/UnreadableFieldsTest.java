package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadableFieldsTest {

  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "NAME"},
       "spec": {"containers": [{"name": "a", "resources": RESOURCES, "image": "i"}],
                "nodeName": "n"},
       "status": {"phase": "Running"}}
      """;

  private final KubernetesSerialization kubernetes = kubernetes();

  private static KubernetesSerialization kubernetes() {
    KubernetesSerialization json = new RetryableSerialization(KubernetesConfiguration.mapper());
    json.registerKubernetesResource(Pod.class);
    return json;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"limits\": {\"cpu\": \"\", \"memory\": \"1Gi\"}}",
        "{\"limits\": {\"cpu\": {\"a\": [{\"b\": 1}]}}}",
        "{\"limits\": [[1, {\"a\": \"b\"}]]}",
        "\"text\"",
        "[[[{\"a\": 5}]]]"
      })
  void dropsOnlyFieldThatCannotBeRead(String resources) {
    Pod pod = kubernetes.unmarshal(pod("p", resources), Pod.class);

    assertThat(pod.getMetadata().getName()).isEqualTo("p");
    assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("i");
    assertThat(pod.getSpec().getNodeName()).isEqualTo("n");
    assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
  }

  @Test
  void readsOtherObjectsOfList() {
    String list =
        "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\":"
            + " \"7\"},"
            + " \"items\": [%s, %s, %s]}"
                .formatted(
                    pod("a", "{}"), pod("b", "{\"limits\": {\"cpu\": \"\"}}"), pod("c", "{}"));
    PodList pods = kubernetes.unmarshal(list, PodList.class);

    assertThat(pods.getItems())
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("a", "b", "c");
    assertThat(pods.getMetadata().getResourceVersion()).isEqualTo("7");
  }

  @Test
  void readsEventOfWatch() {
    WatchEvent event =
        kubernetes.unmarshal(
            "{\"type\": \"MODIFIED\", \"object\": %s}".formatted(pod("a", "{\"limits\": 5}")),
            WatchEvent.class);

    assertThat(event.getType()).isEqualTo("MODIFIED");
    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            Pod.class, pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running"));
  }

  @Test
  void readsNumbersOutOfRange() {
    StatefulSet set =
        kubernetes.unmarshal(
            "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"replicas\": 3000000000,"
                + " \"serviceName\": \"s\"}, \"status\": {\"replicas\": 1e30, \"readyReplicas\":"
                + " 2}}",
            StatefulSet.class);

    assertThat(set.getSpec().getServiceName()).isEqualTo("s");
    assertThat(set.getStatus().getReadyReplicas()).isEqualTo(2);
  }

  @Test
  void readsDeepManagedFieldsAndLongNames() {
    String deep = "{\"f:a\":".repeat(5_000) + "{}" + "}".repeat(5_000);
    String name = "x".repeat(1_000_000);
    Secret secret =
        kubernetes.unmarshal(
            "{\"metadata\": {\"name\": \"a\", \"managedFields\": [{\"fieldsV1\": %s}]}, \"data\":"
                    .formatted(deep)
                + " {\"%s\": \"YQ==\"}}".formatted(name),
            Secret.class);

    assertThat(secret.getData()).containsOnlyKeys(name);
  }

  /** JOSDK would stop the informer forever after an exception of Jackson. */
  @ParameterizedTest
  @ValueSource(
      strings = {"{\"metadata\": {\"name\": \"a\", \"labels\": {", "{\"items\": 5}", "{]}"})
  void reportsBrokenJsonAsErrorThatIsRetried(String json) {
    assertThatThrownBy(() -> kubernetes.unmarshal(json, PodList.class))
        .isInstanceOf(KubernetesClientException.class)
        .matches(failure -> !ExceptionHandler.isDeserializationException(failure))
        .hasMessageNotContaining("labels");
  }

  @Test
  void readsStatusOfApiServer() {
    Status status =
        kubernetes.unmarshal("{\"kind\": \"Status\", \"code\": 404, \"details\": 5}", Status.class);

    assertThat(status.getCode()).isEqualTo(404);
  }

  private static String pod(String name, String resources) {
    return POD.replace("NAME", name).replace("RESOURCES", resources);
  }
}
