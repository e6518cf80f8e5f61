package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.review.AdmissionResponse;

/** Containers that {@code kubectl debug} puts into a running pod. */
class DebuggedPodTest {

  private final PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

  @Test
  void injectsSameTokensAsIntoOtherContainers() {
    ObjectNode pod = running();
    ObjectNode debugged = with(pod, "shell");

    ObjectNode injected =
        Pods.patched(debugged, injector.handle(Pods.debugged(debugged, pod)).patch());

    ObjectNode container = (ObjectNode) injected.at("/spec/containers/0");
    assertThat(injected.at("/spec/ephemeralContainers/0/env")).isEqualTo(container.path("env"));
    assertThat(injected.at("/spec/ephemeralContainers/0/volumeMounts"))
        .isEqualTo(container.path("volumeMounts"));
    injected.withObject("/spec").remove("ephemeralContainers");
    assertThat(injected).as("the rest of the pod").isEqualTo(pod);
  }

  /** The API server rejects changes to existing ephemeral containers. */
  @Test
  void injectsOnlyNewEphemeralContainers() {
    ObjectNode before = with(running(), "old");
    ObjectNode debugged = with(before, "new");

    assertThat(injector.handle(Pods.debugged(debugged, before)).patch())
        .extracting(operation -> operation.path("path").asText())
        .containsExactly(
            "/spec/ephemeralContainers/1/volumeMounts", "/spec/ephemeralContainers/1/env");
  }

  @Test
  void warnsIfPodHasNoToken() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    ObjectNode debugged = with(pod, "shell");
    AdmissionResponse response = injector.handle(Pods.debugged(debugged, pod));

    assertThat(response.patch()).isEmpty();
    assertThat(response.warnings())
        .containsExactly(
            "the pod has no token for NatsCluster example-nats to mount; recreate the pod");
  }

  @Test
  void doesNotMountVolumeWithOtherSecrets() {
    ObjectNode pod =
        Pods.withSpec(
            "{containers: [{name: a}], volumes: [{name: v, projected: {sources: [{secret: {name:"
                + " mine}}, {secret: {name: nats-user-example-nats-bound-token}}]}}]}");
    ObjectNode debugged = with(pod, "shell");
    AdmissionResponse response = injector.handle(Pods.debugged(debugged, pod));

    assertThat(
            Pods.patched(debugged, response.patch())
                .at("/spec/ephemeralContainers/0")
                .has("volumeMounts"))
        .isFalse();
    assertThat(response.warnings())
        .containsExactly("container shell gets no token: no volume contains only the token");
  }

  @Test
  void skipsContainersThatAnnotationExcludes() {
    ObjectNode pod = running();
    pod.withObject("/metadata/annotations").put("nats.io/inject-containers", "a");
    ObjectNode debugged = with(pod, "shell");

    assertThat(injector.handle(Pods.debugged(debugged, pod)).patch()).isEmpty();
  }

  @Test
  void allowsDebuggingOfPodWithInvalidAnnotation() {
    ObjectNode pod = running();
    pod.withObject("/metadata/annotations").put("nats.io/inject-env", "no");
    ObjectNode debugged = with(pod, "shell");
    AdmissionResponse response = injector.handle(Pods.debugged(debugged, pod));

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.patch()).isEmpty();
    assertThat(response.warnings())
        .singleElement()
        .asString()
        .startsWith("metadata.annotations.nats.io/inject-env: \"no\" is not a valid value");
  }

  private ObjectNode running() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    return Pods.patched(pod, injector.handle(Pods.created(pod)).patch());
  }

  private static ObjectNode with(ObjectNode pod, String container) {
    ObjectNode debugged = pod.deepCopy();
    debugged.withArray("/spec/ephemeralContainers").addObject().put("name", container);
    return debugged;
  }
}
