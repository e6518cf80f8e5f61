package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.testing.Allocation;
import org.natsoperator.validation.FieldError;

/** Annotations of a pod that select the containers to inject. */
class ContainerOptionsTest {

  private static final String TOKENS = "/var/run/secrets/nats.io";

  private final PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

  @Test
  void injectsOnlyListedContainers() {
    ObjectNode pod =
        Pods.withSpec("{initContainers: [{name: i}], containers: [{name: a}, {name: b}]}");
    pod.withObject("/metadata/annotations").put("nats.io/inject-containers", "b, later");

    AdmissionResponse response = injector.handle(Pods.created(pod));

    assertThat(paths(response))
        .containsExactly(
            "/spec/volumes",
            "/spec/containers/1/volumeMounts",
            "/spec/containers/1/env",
            "/metadata/annotations/nats.io~1injected");
    assertThat(response.warnings())
        .containsExactly(
            "nats.io/inject-containers: the pod has no container later yet; check the name");
  }

  @Test
  void injectsAllContainersExceptListed() {
    ObjectNode pod =
        Pods.withSpec("{initContainers: [{name: i}], containers: [{name: a}, {name: b}]}");
    pod.withObject("/metadata/annotations").put("nats.io/skip-containers", "i,a");

    assertThat(paths(injector.handle(Pods.created(pod))))
        .containsExactly(
            "/spec/volumes",
            "/spec/containers/1/volumeMounts",
            "/spec/containers/1/env",
            "/metadata/annotations/nats.io~1injected");
  }

  @Test
  void addsNoVolumeIfAllContainersAreSkipped() {
    assertThat(
            paths(injector.handle(Pods.created(Pods.annotated("nats.io/skip-containers", "app")))))
        .containsExactly("/metadata/annotations/nats.io~1injected");
  }

  @Test
  void addsNoVariablesIfInjectEnvIsFalse() {
    assertThat(paths(injector.handle(Pods.created(Pods.annotated("nats.io/inject-env", "false")))))
        .containsExactly(
            "/spec/volumes",
            "/spec/containers/0/volumeMounts",
            "/metadata/annotations/nats.io~1injected");
  }

  @Test
  void setsFsGroupIfThereIsNone() {
    ObjectNode pod = Pods.annotated("nats.io/fs-group", "2000");

    assertThat(injected(pod).at("/spec/securityContext")).isEqualTo(Pods.yaml("{fsGroup: 2000}"));
    pod.withObject("/spec/securityContext").put("runAsUser", 1);
    assertThat(injected(pod).at("/spec/securityContext"))
        .isEqualTo(Pods.yaml("{runAsUser: 1, fsGroup: 2000}"));
  }

  @Test
  void keepsExistingFsGroup() {
    ObjectNode pod = Pods.annotated("nats.io/fs-group", "2000");
    pod.withObject("/spec/securityContext").put("fsGroup", 1);
    AdmissionResponse response = injector.handle(Pods.created(pod));

    assertThat(Pods.patched(pod, response.patch()).at("/spec/securityContext/fsGroup").asInt())
        .isEqualTo(1);
    assertThat(response.warnings())
        .containsExactly(
            "nats.io/fs-group: spec.securityContext.fsGroup is already set and is not changed;"
                + " remove the annotation");
    pod.withObject("/spec/securityContext").put("fsGroup", 2000);
    assertThat(injector.handle(Pods.created(pod)).warnings()).isEmpty();
  }

  /** Each container keeps the rights that it had before. */
  @Test
  void doesNotMountTokenOfOtherServiceAccountElsewhere() {
    ObjectNode pod =
        Pods.withSpec(
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /t}]}, {name: b,"
                + " volumeMounts: [{name: w, mountPath: /t}]}, {name: c}], volumes: [{name: v,"
                + " secret: {secretName: nats-admin-user-example-nats-bound-token}}, {name: w,"
                + " secret: {secretName: nats-user-example-nats-bound-token}}]}");
    pod.withObject("/spec").remove("serviceAccountName");

    ObjectNode injected = injected(pod);

    assertThat(injected.at("/spec/volumes")).isEqualTo(pod.at("/spec/volumes"));
    assertThat(texts(injected.at("/spec/containers/0/env"), "/value"))
        .containsExactly(
            "nats://example-nats.nats-io.svc:4222",
            "example-nats",
            "nats-admin-user",
            "_INBOX_.nats-io.nats-admin-user",
            "/t/token");
    assertThat(injected.at("/spec/containers/1")).isEqualTo(pod.at("/spec/containers/1"));
    assertThat(injected.at("/spec/containers/2")).isEqualTo(pod.at("/spec/containers/2"));
  }

  @ParameterizedTest
  @CsvSource({
    "nats.io/clusters, 16",
    "nats.io/inject-containers, 100",
    "nats.io/skip-containers, 100"
  })
  void limitsLengthOfList(String annotation, int most) {
    String names =
        IntStream.rangeClosed(0, most).mapToObj(i -> "n" + i).collect(Collectors.joining(","));
    assertThat(injector.handle(Pods.created(Pods.annotated(annotation, names))).errors())
        .containsExactly(
            new FieldError(
                "metadata.annotations." + annotation,
                "lists more than " + most + " names; remove some"));
    assertThat(
            injector
                .handle(Pods.created(Pods.annotated(annotation, names.replaceFirst("n0,", ""))))
                .isAllowed())
        .isTrue();
  }

  /** Anyone can send a review of some MB. */
  @ParameterizedTest
  @ValueSource(
      strings = {"nats.io/clusters", "nats.io/inject-containers", "nats.io/skip-containers"})
  void doesNotSplitLongList(String annotation) {
    String text = ",".repeat(1 << 20);
    PodView pod = new PodView(Pods.annotated(annotation, text));

    assertThat(Allocation.of(() -> InjectionOptions.of(pod, "team")))
        .isLessThan(8L * text.length());
  }

  @Test
  void mountsTokensOfSeveralClustersInOwnFolders() {
    ObjectNode pod = Pods.annotated("nats.io/clusters", "core/other , example-nats");
    ObjectNode injected = injected(pod);

    assertThat(texts(injected.at("/spec/volumes"), "/name"))
        .containsExactly("nats-token-example-nats", "nats-token-other");
    assertThat(texts(injected.at("/spec/volumes"), "/secret/secretName"))
        .containsExactly("nats-user-example-nats-bound-token", "nats-user-other.core-bound-token");
    assertThat(texts(injected.at("/spec/containers/0/volumeMounts"), "/mountPath"))
        .containsExactly(TOKENS + "/example-nats", TOKENS + "/other");
    assertThat(texts(injected.at("/spec/containers/0/env"), "/value"))
        .containsExactly(
            "nats://example-nats.nats-io.svc:4222",
            "example-nats",
            "nats-user",
            "_INBOX_.nats-io.nats-user",
            TOKENS + "/example-nats/token");
    assertThat(injected.at("/metadata/annotations/nats.io~1injected").asText())
        .isEqualTo("nats-io/example-nats=BoundSecret,core/other=BoundSecret");
    assertThat(injector.handle(Pods.created(injected)).patch()).isEmpty();
  }

  private ObjectNode injected(ObjectNode pod) {
    return Pods.patched(pod, injector.handle(Pods.created(pod)).patch());
  }

  private static List<String> paths(AdmissionResponse response) {
    return response.patch().stream().map(operation -> operation.path("path").asText()).toList();
  }

  private static List<String> texts(JsonNode list, String pointer) {
    return list.valueStream().map(item -> item.at(pointer).asText()).toList();
  }
}
