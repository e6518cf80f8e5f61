package org.natsoperator.admission.uninjected;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.admission.inject.FakeClusterLookup;
import org.natsoperator.admission.inject.InjectionAnnotations;
import org.natsoperator.admission.inject.PodInjector;
import org.natsoperator.admission.inject.Pods;

class UninjectedPodTest {

  private static final PodInjector INJECTOR = new PodInjector(FakeClusterLookup.walkthrough());
  private static final String PLAIN = "{containers: [{name: app, image: app}]}";
  private static final String TOKEN = "/var/run/secrets/nats.io";

  @Test
  void podWithoutTokenIsUninjected() {
    assertThat(uninjected(live(PLAIN)).orElseThrow().pod().getMetadata().getName())
        .isEqualTo("web-1");
  }

  @Test
  void podAfterInjectionIsNotUninjected() {
    ObjectNode pod = live(PLAIN);

    assertThat(uninjected(Pods.patched(pod, INJECTOR.handle(Pods.created(pod)).patch()))).isEmpty();
  }

  /** Only the annotation differs: another component may have removed the injected parts. */
  @Test
  void podWithInjectedAnnotationIsNotUninjected() {
    ObjectNode pod = live(PLAIN);
    pod.withObject("/metadata/annotations")
        .put(InjectionAnnotations.INJECTED, "nats-io/example-nats=BoundSecret");

    assertThat(uninjected(pod)).isEmpty();
  }

  /** The pod lacks variables, but its author does not expect them. */
  @Test
  void podThatMountsItsTokenIsNotUninjected() {
    assertThat(
            uninjected(
                live(
                    "{volumes: [{name: t, secret: {secretName:"
                        + " nats-user-example-nats-bound-token}}],"
                        + " containers: [{name: app, image: app, volumeMounts: [{name: t, mountPath: %s}]}]}"
                            .formatted(TOKEN))))
        .isEmpty();
  }

  @ParameterizedTest(name = "phase {0}")
  @ValueSource(strings = {"Succeeded", "Failed"})
  void finishedPodIsNotUninjected(String phase) {
    ObjectNode pod = live(PLAIN);
    pod.withObject("/status").put("phase", phase);

    assertThat(uninjected(pod)).isEmpty();
  }

  @Test
  void podThatIsBeingDeletedIsNotUninjected() {
    ObjectNode pod = live(PLAIN);
    pod.withObject("/status").put("phase", "Running");
    assertThat(uninjected(pod)).isPresent();
    pod.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");

    assertThat(uninjected(pod)).isEmpty();
  }

  @Test
  void podThatWebhookSkipsOrRejectsIsNotUninjected() {
    ObjectNode server = live(PLAIN);
    server.withObject("/metadata/labels").put("app", "nats");
    ObjectNode optedOut = live(PLAIN);
    optedOut.withObject("/metadata/labels").put("nats.io/inject", "false");
    ObjectNode mirror = live(PLAIN);
    mirror.withObject("/metadata/annotations").put("kubernetes.io/config.mirror", "x");
    ObjectNode elsewhere = live(PLAIN);
    elsewhere.withObject("/metadata").put("namespace", "elsewhere");
    ObjectNode wrong = live(PLAIN);
    wrong.withObject("/metadata/annotations").put("nats.io/fs-group", "x");

    assertThat(List.of(server, optedOut, mirror, elsewhere, wrong))
        .allSatisfy(pod -> assertThat(uninjected(pod)).isEmpty());
  }

  @ParameterizedTest(name = "pod of {0} {1}: evictable {2}")
  @CsvSource({
    "apps/v1, ReplicaSet, true", "apps/v1, StatefulSet, true", "apps/v1, DaemonSet, true",
    "batch/v1, Job, false", "v1, Node, false", "example.com/v1, ReplicaSet, false"
  })
  void isEvictableIfOwnerRecreatesIt(String version, String kind, boolean evictable) {
    UninjectedPod pod = uninjected(owned(live(PLAIN), version, kind, true)).orElseThrow();

    assertThat(pod.evictable()).isEqualTo(evictable);
    assertThat(pod.subject().getKind()).isEqualTo(kind);
    assertThat(pod.subject().getMetadata().getUid()).isEqualTo("owner-uid");
  }

  @Test
  void ignoresOwnerThatIsNotController() {
    UninjectedPod pod =
        uninjected(owned(live(PLAIN), "apps/v1", "ReplicaSet", false)).orElseThrow();

    assertThat(pod.evictable()).isFalse();
    assertThat(pod.subject()).isEqualTo(pod.pod());
  }

  /** The template of the owner may not have the label. */
  @Test
  void isNotEvictableIfLabeledAfterCreation() {
    ObjectNode pod = owned(live(PLAIN), "apps/v1", "ReplicaSet", true);
    labeledAt("2026-01-01T00:00:01Z", pod);
    assertThat(uninjected(pod).orElseThrow().evictable()).isFalse();
    pod.withObject("/metadata").remove("managedFields");
    assertThat(uninjected(pod).orElseThrow().evictable()).isFalse();
  }

  /** A slow webhook of another component ran in between. */
  @Test
  void isEvictableIfLabelIsOlderThanCreationTime() {
    ObjectNode pod = owned(live(PLAIN), "apps/v1", "ReplicaSet", true);
    labeledAt("2025-12-31T23:59:58Z", pod);
    assertThat(uninjected(pod).orElseThrow().evictable()).isTrue();
  }

  @Test
  void isNotEvictableIfLabelHasNoTime() {
    ObjectNode pod = owned(live(PLAIN), "apps/v1", "ReplicaSet", true);
    labeledAt(null, pod);
    assertThat(uninjected(pod).orElseThrow().evictable()).isFalse();
  }

  /** Eviction requires that the recreated pod will certainly be injected. */
  @Test
  void isNotEvictableIfRoleIsUnreadable() {
    FakeClusterLookup unavailable =
        new FakeClusterLookup(FakeClusterLookup.walkthrough().clusters(), List.of(), false);
    ObjectNode pod = owned(live(PLAIN), "apps/v1", "ReplicaSet", true);
    assertThat(UninjectedPod.of(pod, new PodInjector(unavailable)).orElseThrow().evictable())
        .isFalse();
  }

  /** The recreated pod would wait for a token that is never issued. */
  @Test
  void isNotEvictableIfRecreatedPodWouldGetWarning() {
    ObjectNode pod = owned(live(PLAIN), "apps/v1", "ReplicaSet", true);
    assertThat(uninjected(pod).orElseThrow().evictable()).isTrue();
    pod.withObject("/spec").put("serviceAccountName", "without-role");
    assertThat(uninjected(pod).orElseThrow().evictable()).isFalse();
    pod.withObject("/spec").put("serviceAccountName", "nats-user");
    pod.withObject("/metadata/labels").put("nats_cluster", "no-such");
    assertThat(uninjected(pod).orElseThrow().evictable()).isFalse();
  }

  private static Optional<UninjectedPod> uninjected(JsonNode pod) {
    return UninjectedPod.of(pod, INJECTOR);
  }

  private static ObjectNode live(String spec) {
    ObjectNode pod = Pods.withSpec(spec);
    pod.withObject("/metadata")
        .put("namespace", "nats-io")
        .put("name", "web-1")
        .put("uid", "pod-uid")
        .put("creationTimestamp", "2026-01-01T00:00:00Z");
    labeledAt("2026-01-01T00:00:00Z", pod);
    return pod;
  }

  private static void labeledAt(String time, ObjectNode pod) {
    pod.withObject("/metadata")
        .putArray("managedFields")
        .addObject()
        .put("time", time)
        .putObject("fieldsV1")
        .putObject("f:metadata")
        .putObject("f:labels")
        .putObject("f:nats_cluster");
  }

  private static ObjectNode owned(ObjectNode pod, String version, String kind, boolean controller) {
    pod.withObject("/metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", version)
        .put("kind", kind)
        .put("name", "web")
        .put("uid", "owner-uid")
        .put("controller", controller);
    return pod;
  }
}
