package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

class ServerPodTest {

  private static final PodTemplateSpec POD = template(Clusters.walkthrough("2.15.3"));

  @Test
  void serverContainerComesBeforeReloader() {
    assertThat(POD.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("nats", "reloader");
    assertThat(POD.getSpec().getShareProcessNamespace()).isTrue();
  }

  @Test
  void podWithoutReloaderHasOneContainerAndNoSharedProcesses() {
    PodTemplateSpec withoutReloader = template(Clusters.cluster("{}"));

    assertThat(withoutReloader.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("nats");
    assertThat(withoutReloader.getSpec().getShareProcessNamespace()).isFalse();
  }

  @Test
  void annotationChangesWithTemplateOnly() {
    String hash = POD.getMetadata().getAnnotations().get("nats.io/template");

    assertThat(template(Clusters.walkthrough("2.15.3")).getMetadata().getAnnotations())
        .containsEntry("nats.io/template", hash);
    assertThat(template(Clusters.walkthrough("2.15.1")).getMetadata().getAnnotations())
        .doesNotContainEntry("nats.io/template", hash);
  }

  @Test
  void requestToRestartChangesTemplate() {
    NatsCluster restarted = Clusters.walkthrough("2.15.3");
    restarted.getMetadata().setAnnotations(Map.of("nats.io/restartedAt", "now", "other", "a"));
    Map<String, String> annotations = template(restarted).getMetadata().getAnnotations();

    assertThat(annotations)
        .containsEntry("nats.io/restartedAt", "now")
        .doesNotContainKey("other")
        .doesNotContainEntry(
            "nats.io/template", POD.getMetadata().getAnnotations().get("nats.io/template"));
  }

  @Test
  void podMeetsRestrictedStandard() {
    PodSecurityContext security = POD.getSpec().getSecurityContext();

    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(security.getRunAsUser()).isPositive();
    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(POD.getSpec().getAutomountServiceAccountToken()).isFalse();
    assertThat(POD.getSpec().getHostNetwork()).isNull();
  }

  @ParameterizedTest(name = "container {0} meets the restricted standard")
  @ValueSource(ints = {0, 1})
  void containersMeetRestrictedStandard(int container) {
    SecurityContext security = POD.getSpec().getContainers().get(container).getSecurityContext();

    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getCapabilities().getAdd()).isEmpty();
    assertThat(security.getPrivileged()).isNull();
  }

  @Test
  void serverAndReloaderShareConfigPidFileAndUser() {
    for (Container container : POD.getSpec().getContainers()) {
      assertThat(container.getVolumeMounts())
          .extracting(VolumeMount::getMountPath, VolumeMount::getSubPath)
          .containsExactly(tuple("/etc/nats-config", null), tuple("/var/run/nats", null));
      assertThat(container.getSecurityContext().getRunAsUser()).isNull();
    }
  }

  @Test
  void reloaderWatchesConfigOfServer() {
    Container reloader = POD.getSpec().getContainers().get(1);

    assertThat(reloader.getImage()).isEqualTo("natsio/nats-server-config-reloader:0.22.4");
    assertThat(reloader.getImagePullPolicy()).isEqualTo("IfNotPresent");
    assertThat(reloader.getCommand()).containsExactly("nats-server-config-reloader");
    assertThat(reloader.getArgs())
        .containsExactly("-pid", "/var/run/nats/nats.pid", "-config", "/etc/nats-config/nats.conf");
  }

  @Test
  void onlyGroupOfServerCanReadConfig() {
    var config = POD.getSpec().getVolumes().getFirst().getSecret();

    assertThat(config.getSecretName()).isEqualTo("example-nats-rev");
    assertThat(config.getDefaultMode()).isEqualTo(0440);
    assertThat(POD.getSpec().getSecurityContext().getFsGroup()).isPositive();
  }

  @Test
  void usesLabelsAndAnnotationsOf2018() {
    assertThat(POD.getMetadata().getLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats", "nats_version", "2.15.3"));
    assertThat(POD.getMetadata().getAnnotations())
        .containsOnlyKeys("nats.version", "nats.io/template", "config.linkerd.io/opaque-ports")
        .containsEntry("nats.version", "2.15.3")
        .containsEntry("config.linkerd.io/opaque-ports", "4222,6222");
  }

  @Test
  void keepsOperatorLabelsAndAnnotationsOverUserOnes() {
    String pod =
        "{labels: {team: a, app: evil, nats_version: x}, annotations:"
            + " {config.linkerd.io/opaque-ports: b, nats.version: x}}";
    PodTemplateSpec template = template(Clusters.cluster("{version: 2.15.3, pod: " + pod + "}"));

    assertThat(template.getMetadata().getLabels())
        .isEqualTo(
            Map.of(
                "team",
                "a",
                "app",
                "nats",
                "nats_cluster",
                "example-nats",
                "nats_version",
                "2.15.3"));
    assertThat(template.getMetadata().getAnnotations())
        .containsOnlyKeys("config.linkerd.io/opaque-ports", "nats.version", "nats.io/template")
        .containsAllEntriesOf(
            Map.of("config.linkerd.io/opaque-ports", "b", "nats.version", "2.15.3"));
  }

  @Test
  void gracePeriodCoversLameDuckDuration() {
    PodTemplateSpec slow = template(Clusters.cluster("{lameDuckDurationSeconds: 120}"));

    assertThat(slow.getSpec().getTerminationGracePeriodSeconds()).isGreaterThan(120);
  }

  @Test
  void exporterRunsAfterReloader() {
    String pod =
        "{enableConfigReload: true, enableMetrics: true, metricsImage: a/b, metricsImageTag: c,"
            + " metricsImagePullPolicy: Always, metricsResources: {limits: {cpu: 10m}}}";
    PodTemplateSpec template = template(Clusters.cluster("{pod: " + pod + "}"));
    Container exporter = template.getSpec().getContainers().getLast();

    assertThat(template.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("nats", "reloader", "metrics");
    assertThat(exporter.getImage()).isEqualTo("a/b:c");
    assertThat(exporter.getImagePullPolicy()).isEqualTo("Always");
    assertThat(exporter.getResources().getLimits().get("cpu")).hasToString("10m");
    assertThat(exporter.getArgs()).contains("-varz", "http://localhost:8222");
    assertThat(exporter.getPorts()).extracting("containerPort").isEqualTo(List.of(7777));
    assertThat(exporter.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(template.getMetadata().getAnnotations())
        .containsEntry("prometheus.io/scrape", "true")
        .containsEntry("prometheus.io/port", "7777");
  }

  private static PodTemplateSpec template(NatsCluster cluster) {
    ServerVersion version = ServerVersion.parse(cluster.getSpec().version()).orElseThrow();
    return new ServerPod(cluster, version, "rev").template(ServerImages.OF_RUNTIME);
  }
}
