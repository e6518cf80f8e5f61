package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionWarnings;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** A real API server accepts injected pods, and they are still injected after its defaulting. */
@ExtendWith(ApiServer.class)
class PatchedPodsIT {

  private static final int HTTP_UNPROCESSABLE = 422;
  private static final int RANDOM_PODS = 300;
  private static final String IMAGE = "image: i";
  private static final String SECRET = "nats-user-example-nats-bound-token";

  private static final List<String> SPECS =
      List.of(
          "{containers: [{name: a, %s}]}",
          "{initContainers: [{name: i, %1$s}, {name: s, %1$s, restartPolicy: Always, startupProbe:"
              + " {grpc: {port: 1}}}], containers: [{name: a, %1$s}]}",
          "{containers: [{name: a, %s, volumeMounts: [{name: t, mountPath:"
              + " /var/run/secrets/nats.io, readOnly: true}]}], volumes: [{name: t, projected:"
              + " {sources: [{secret: {name: "
              + SECRET
              + "}}]}}]}",
          "{containers: [{name: a, %1$s, volumeMounts: [{name: t, mountPath: /t}]}, {name: b,"
              + " %1$s}], volumes: [{name: t, projected: {sources: [{secret: {name: x}}, {secret:"
              + " {name: "
              + SECRET
              + "}}]}}]}",
          "{containers: [{name: a, %1$s, volumeMounts: [{name: nats-token, mountPath:"
              + " /var/run/secrets/nats.io/}]}, {name: b, %1$s}], volumes: [{name: nats-token,"
              + " emptyDir: {}}]}",
          "{containers: [{name: a, %s, env: [{name: NATS_URL, value: x}], volumeDevices: [{name: d,"
              + " devicePath: /var/run/secrets/nats.io}]}], volumes: [{name: d,"
              + " persistentVolumeClaim: {claimName: c}}]}");

  private static final List<Map<String, String>> ANNOTATIONS =
      List.of(
          Map.of(),
          Map.of("nats.io/clusters", "core/other,third"),
          Map.of(
              "nats.io/fs-group",
              "2000",
              "nats.io/token-lifetime",
              "1m",
              "nats.io/inject-containers",
              "a"));

  @Test
  void apiServerAcceptsInjectedPods(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    for (TokenMode mode : TokenMode.values()) {
      for (ObjectNode pod : pods()) {
        ObjectNode injected = Pods.patched(pod, patch(pod, mode));

        ObjectNode accepted = create(injected, sandbox);

        assertThat(patch(accepted, mode)).isEmpty();
      }
    }
  }

  /** If the API server accepts a random pod, it accepts the injected pod too. */
  @Test
  void apiServerAcceptsInjectedRandomPods(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    int accepted = 0;
    for (int seed = 0; seed < RANDOM_PODS; seed++) {
      ObjectNode pod = new RandomPods(seed).pod();
      name(pod, seed);
      if (isAccepted(pod, sandbox)) {
        TokenMode mode = TokenMode.values()[seed % TokenMode.values().length];
        assertThat(patch(create(Pods.patched(pod, patch(pod, mode)), sandbox), mode))
            .as("seed %s", seed)
            .isEmpty();
        accepted++;
      }
    }
    assertThat(accepted).isGreaterThan(RANDOM_PODS / 3);
  }

  /** Checks that this API server validates pods. */
  @Test
  void apiServerRejectsTwoMountsAtOnePath(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    ObjectNode pod =
        Pods.withSpec(
            "{containers: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /v}, {name: v,"
                + " mountPath: /v}]}], volumes: [{name: v, emptyDir: {}}]}");
    name(pod, 0);

    assertThatThrownBy(() -> create(pod, sandbox))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("must be unique");
  }

  @Test
  void apiServerAcceptsInjectedEphemeralContainers(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    ObjectNode pod = Pods.withSpec(SPECS.getFirst().formatted(IMAGE));
    name(pod, 0);
    ObjectNode injected = Pods.patched(pod, patch(pod, TokenMode.BOUND_SECRET));
    sandbox.client().resource(generic(injected)).inNamespace(sandbox.namespace()).create();
    var running = sandbox.client().pods().inNamespace(sandbox.namespace()).withName("pod-0");
    ObjectNode before = tree(running.get());
    ObjectNode debugged = before.deepCopy();
    debugged
        .withArray("/spec/ephemeralContainers")
        .add(
            Pods.yaml(
                "{name: shell, image: i, terminationMessagePolicy: File, imagePullPolicy:"
                    + " Always}"));

    PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());
    AdmissionRequest request = Pods.debugged(debugged, before);
    ObjectNode patched = Pods.patched(debugged, injector.handle(request).patch());

    var accepted =
        running
            .ephemeralContainers()
            .edit(now -> Serialization.unmarshal(patched.toString(), Pod.class));
    assertThat(accepted.getSpec().getEphemeralContainers())
        .singleElement()
        .satisfies(
            shell ->
                assertThat(shell.getVolumeMounts())
                    .extracting(mount -> mount.getMountPath())
                    .containsExactly("/var/run/secrets/nats.io"))
        .satisfies(shell -> assertThat(shell.getEnv()).hasSize(5));
  }

  /**
   * The API server rejects some of these pods: without a container, or with two files at one path.
   */
  private static boolean isAccepted(ObjectNode pod, Sandbox sandbox) {
    try {
      create(pod, sandbox);
      return true;
    } catch (KubernetesClientException refusal) {
      assertThat(refusal.getCode()).isEqualTo(HTTP_UNPROCESSABLE);
      return false;
    }
  }

  private static List<ObjectNode> pods() {
    List<ObjectNode> pods =
        SPECS.stream()
            .flatMap(spec -> ANNOTATIONS.stream().map(annotations -> pod(spec, annotations)))
            .toList();
    Stream.iterate(0, i -> i + 1).limit(pods.size()).forEach(i -> name(pods.get(i), i));
    return pods;
  }

  private static ObjectNode pod(String spec, Map<String, String> annotations) {
    ObjectNode pod = Pods.withSpec(spec.formatted(IMAGE));
    annotations.forEach((name, value) -> pod.withObject("/metadata/annotations").put(name, value));
    return pod;
  }

  private static void name(ObjectNode pod, int number) {
    pod.withObject("/metadata").put("name", "pod-" + number);
  }

  private static List<JsonNode> patch(ObjectNode pod, TokenMode mode) {
    PodView tree = new PodView(pod);
    InjectionOptions options = InjectionOptions.of(tree, "nats-io");
    return PodPatch.ofNew(tree, options, Pods.clusters(options, mode), new AdmissionWarnings());
  }

  private static ObjectNode create(ObjectNode pod, Sandbox sandbox) {
    return tree(
        sandbox.client().resource(generic(pod)).inNamespace(sandbox.namespace()).dryRun().create());
  }

  private static GenericKubernetesResource generic(ObjectNode pod) {
    return Serialization.unmarshal(pod.toString(), GenericKubernetesResource.class);
  }

  private static ObjectNode tree(Object object) {
    return Pods.read(Serialization.asJson(object));
  }
}
