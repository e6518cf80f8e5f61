package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionRequestFixture;
import org.natsoperator.admission.review.AdmissionResponse;

/** Pods that the injector skips even if the selectors of the webhook match them. */
class SkipReasonTest {

  private static final String CLIENT = "labels: {nats_cluster: example-nats}";

  private final PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

  @ParameterizedTest(name = "pod with {0} is skipped: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "labels: {app: other} | NotLabelled",
        "annotations: {nats_cluster: example-nats} | NotLabelled",
        "labels: {nats_cluster: example-nats, app: nats} | ServerPod",
        "labels: {nats_cluster: example-nats, nats.io/inject: 'false'} | OptedOut",
        "labels: {nats_cluster: example-nats, nats.io/inject: disabled} | OptedOut",
        "labels: {nats_cluster: example-nats}, annotations: {kubernetes.io/config.mirror: x} |"
            + " MirrorPod"
      })
  void skipsPod(String metadata, String reason) {
    assertSkipped(Pods.created(pod(metadata)), reason);
  }

  @ParameterizedTest(name = "pod with {0} is injected")
  @CsvSource({
    CLIENT,
    "'labels: {nats_cluster: example-nats, app: nats-client, nats.io/inject: enabled}'"
  })
  void injectsClientPod(String metadata) {
    assertThat(injector.handle(Pods.created(pod(metadata))).patch()).isNotEmpty();
  }

  @ParameterizedTest(name = "operation {0} {1} is skipped")
  @CsvSource({
    "UPDATE, ''",
    "DELETE, ''",
    "CONNECT, exec",
    "CREATE, binding",
    "UPDATE, status",
    "CREATE, ephemeralcontainers"
  })
  void skipsOtherOperationsOnPods(String operation, String subresource) {
    JsonNode pod = operation.equals("DELETE") ? MissingNode.getInstance() : pod(CLIENT);

    assertSkipped(Pods.request(operation, subresource, "nats-io", pod, pod(CLIENT)), "NotANewPod");
  }

  @Test
  void skipsOtherKinds() {
    AdmissionRequest request = AdmissionRequestFixture.create("Deployment", pod(CLIENT)).build();

    assertSkipped(request, "NotANewPod");
  }

  @Test
  void skipsNamespaceThatIsNotWatched() {
    assertSkipped(Pods.created(pod(CLIENT), "elsewhere"), "NamespaceNotWatched");
  }

  private void assertSkipped(AdmissionRequest request, String reason) {
    assertThat(injector.handle(request))
        .isEqualTo(
            new AdmissionResponse(List.of(), List.of(), Map.of("injection", reason), List.of()));
  }

  private static JsonNode pod(String metadata) {
    return Pods.yaml(
        "{metadata: {%s}, spec: {serviceAccountName: nats-user, containers: [{name: a}]}}"
            .formatted(metadata));
  }
}
