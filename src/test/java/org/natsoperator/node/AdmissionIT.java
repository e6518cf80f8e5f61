package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Workloads;

/** The effects of the installed webhooks on pods, roles and clusters. */
@NodeTest
class AdmissionIT {

  private static final Path EXAMPLE = Path.of("example", "01-service-accounts");
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void injectsEveryKindOfWorkloadWithLabel(Sandbox sandbox) {
    try (NatsClient listener = listener(sandbox)) {
      List<String> heard = listener.listenTo("greetings");
      sandbox.apply(
          Workloads.deployment("deployment", "user"),
          Workloads.statefulSet("statefulset", "user"),
          Workloads.job("job", "user"),
          Workloads.pod("pod", "user"),
          Workloads.podWithInitContainers("init", "sidecar", "with-both", "user"));
      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () ->
                  assertThat(heard)
                      .contains(
                          "deployment",
                          "statefulset",
                          "job",
                          "pod",
                          "init",
                          "sidecar",
                          "with-both"));
    }
  }

  @Test
  void debugContainerGetsTokenAndVariablesOfClient(Sandbox sandbox) {
    RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user");
    sandbox.apply(Workloads.pod("pod", "user"));
    var running = sandbox.client().pods().inNamespace(sandbox.namespace()).withName("pod");
    running.waitUntilReady(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    Pod debugged = running.ephemeralContainers().edit(AdmissionIT::withDebugger);
    Container client = debugged.getSpec().getContainers().getFirst();
    EphemeralContainer debugger = debugged.getSpec().getEphemeralContainers().getFirst();
    assertThat(debugger.getVolumeMounts()).hasSize(1).containsExactlyElementsOf(mounts(debugged));
    assertThat(debugger.getVolumeMounts().getFirst().getMountPath())
        .isEqualTo("/var/run/secrets/nats.io");
    assertThat(debugger.getEnv())
        .extracting(EnvVar::getName)
        .containsExactlyInAnyOrder(
            "NATS_URL", "NATS_CLUSTER", "NATS_USER", "NATS_INBOX_PREFIX", "NATS_TOKEN_FILE");
    assertThat(debugger.getEnv()).containsExactlyInAnyOrderElementsOf(client.getEnv());
  }

  private static Pod withDebugger(Pod pod) {
    return pod.edit()
        .editSpec()
        .addNewEphemeralContainer()
        .withName("debugger")
        .withImage("natsio/nats-box:0.19.0")
        .withCommand("sleep", "600")
        .endEphemeralContainer()
        .endSpec()
        .build();
  }

  private static NatsClient listener(Sandbox sandbox) {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user", "listener");
    return cluster.servers().getFirst().login("listener", cluster.token("listener"));
  }

  /**
   * These pods also get variables. The pods of 2018 have no ServiceAccount except for that of the
   * mounted token.
   */
  @ParameterizedTest
  @ValueSource(strings = {"walkthrough.yaml", "walkthrough-2018.yaml"})
  void podsThatMountTokenThemselvesKeepVolumesAndMounts(String example, Sandbox sandbox)
      throws IOException {
    sandbox.apply(
        Manifests.serviceAccount("nats-user"), Manifests.serviceAccount("nats-admin-user"));
    List<Pod> pods = pods(Files.readString(EXAMPLE.resolve(example)));
    assertThat(pods).hasSize(2);
    for (Pod pod : pods) {
      Pod injected = create(sandbox, pod);
      Pod uninjected = create(sandbox, optedOut(pod));
      assertThat(volumes(injected)).hasSize(1).isEqualTo(volumes(uninjected));
      assertThat(mounts(injected)).hasSize(1).isEqualTo(mounts(uninjected));
      assertThat(variable(injected, "NATS_USER"))
          .isEqualTo(pod.getMetadata().getName().replace("-pod", ""));
      assertThat(variable(injected, "NATS_TOKEN_FILE")).isEqualTo("/var/run/secrets/nats.io/token");
      assertThat(variable(injected, "NATS_URL"))
          .isEqualTo("nats://%s.%s.svc:4222".formatted(CLUSTER, sandbox.namespace()));
    }
  }

  @Test
  void doesNotInjectPodsThatOptOut(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("user"));
    Pod pod = Serialization.unmarshal(Workloads.pod("pod", "user"), Pod.class);
    assertThat(volumes(create(sandbox, pod))).hasSize(1);
    assertNotInjected(create(sandbox, optedOut(pod)));
    sandbox
        .client()
        .namespaces()
        .withName(sandbox.namespace())
        .edit(
            namespace ->
                namespace
                    .edit()
                    .editMetadata()
                    .addToLabels("nats.io/inject", "disabled")
                    .endMetadata()
                    .build());
    // The API server reads namespaces from its own cache.
    await().untilAsserted(() -> assertNotInjected(create(sandbox, pod)));
  }

  private static void assertNotInjected(Pod pod) {
    assertThat(volumes(pod)).isEmpty();
    assertThat(mounts(pod)).isEmpty();
    assertThat(pod.getSpec().getContainers().getFirst().getEnv()).isEmpty();
    assertThat(pod.getMetadata().getAnnotations()).isNullOrEmpty();
  }

  @Test
  void rejectsMalformedRoleWithAllErrors(Sandbox sandbox) throws IOException {
    assertThat(sandbox.kubectlApply(Files.readString(EXAMPLE.resolve("malformed-role.yaml"))))
        .contains("malformed-role\" is invalid")
        .contains(
            "metadata.labels.nats_cluster: ",
            "publish[0]: ",
            "publish[1]: ",
            "publish[2]: ",
            "subscribe[0]: ");
    assertThat(sandbox.role("malformed-role")).isNull();
  }

  @Test
  void rejectsMalformedClusterWithAllErrors(Sandbox sandbox) {
    String spec =
        "{tls: {serverSecret: certificates}, auth: {clientsAuthSecret: users}, pod: {labels: {app:"
            + " mine}}}";
    assertThat(sandbox.kubectlApply(Manifests.cluster(spec)))
        .contains(
            CLUSTER + "\" is invalid",
            "spec.tls: ",
            "spec.auth.clientsAuthSecret: ",
            "spec.pod.labels.app: ");
    assertThat(sandbox.cluster(CLUSTER)).isNull();
  }

  private static List<Pod> pods(String manifests) {
    return Stream.of(manifests.split("(?m)^---$"))
        .filter(manifest -> manifest.contains("kind: Pod\n"))
        .map(manifest -> Serialization.unmarshal(manifest, Pod.class))
        .toList();
  }

  private static Pod optedOut(Pod pod) {
    return pod.edit().editMetadata().addToLabels("nats.io/inject", "false").endMetadata().build();
  }

  /** Returns the pod as the API server would store it. */
  private static Pod create(Sandbox sandbox, Pod pod) {
    return sandbox.client().pods().inNamespace(sandbox.namespace()).resource(pod).dryRun().create();
  }

  /** The volumes without that of the API server's own token. */
  private static List<Volume> volumes(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> !volume.getName().startsWith("kube-api-access"))
        .toList();
  }

  private static List<VolumeMount> mounts(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getVolumeMounts)
        .flatMap(List::stream)
        .filter(mount -> !mount.getName().startsWith("kube-api-access"))
        .toList();
  }

  private static String variable(Pod pod, String name) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst()
        .orElse("");
  }
}
