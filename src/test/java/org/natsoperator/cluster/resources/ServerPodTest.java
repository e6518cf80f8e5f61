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
import org.natsoperator.testing.Clusters;

class ServerPodTest {

  private static final PodTemplateSpec POD = template(Clusters.walkthrough("2.15.2"));

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

    assertThat(template(Clusters.walkthrough("2.15.2")).getMetadata().getAnnotations())
        .containsEntry("nats.io/template", hash);
    assertThat(template(Clusters.walkthrough("2.15.1")).getMetadata().getAnnotations())
        .doesNotContainEntry("nats.io/template", hash);
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
  void usesReloaderImageOfSpec() {
    String pod =
        "{enableConfigReload: true, reloaderImage: a/b, reloaderImageTag: c,"
            + " reloaderImagePullPolicy: Always, reloaderResources: {limits: {cpu: 10m}}}";
    Container reloader =
        template(Clusters.cluster("{pod: " + pod + "}")).getSpec().getContainers().get(1);

    assertThat(reloader.getImage()).isEqualTo("a/b:c");
    assertThat(reloader.getImagePullPolicy()).isEqualTo("Always");
    assertThat(reloader.getResources().getLimits().get("cpu")).hasToString("10m");
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
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats", "nats_version", "2.15.2"));
    assertThat(POD.getMetadata().getAnnotations())
        .containsOnlyKeys("nats.version", "nats.io/template")
        .containsEntry("nats.version", "2.15.2");
  }

  @Test
  void keepsOperatorLabelsAndAnnotationsOverUserOnes() {
    String pod =
        "{labels: {team: a, app: evil, nats_version: x}, annotations: {note: b, nats.version: x}}";
    PodTemplateSpec template = template(Clusters.cluster("{pod: " + pod + "}"));

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
                "2.15.2"));
    assertThat(template.getMetadata().getAnnotations())
        .containsOnlyKeys("note", "nats.version", "nats.io/template")
        .containsAllEntriesOf(Map.of("note", "b", "nats.version", "2.15.2"));
  }

  @Test
  void gracePeriodCoversLameDuckDuration() {
    PodTemplateSpec slow = template(Clusters.cluster("{lameDuckDurationSeconds: 120}"));

    assertThat(slow.getSpec().getTerminationGracePeriodSeconds()).isGreaterThan(120);
  }

  @Test
  void addsAntiAffinityOnlyIfConfigured() {
    PodTemplateSpec apart = template(Clusters.cluster("{pod: {antiAffinity: true}}"));
    var terms =
        apart
            .getSpec()
            .getAffinity()
            .getPodAntiAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution();

    assertThat(POD.getSpec().getAffinity()).isNull();
    assertThat(terms).hasSize(1);
    assertThat(terms.getFirst().getTopologyKey()).isEqualTo("kubernetes.io/hostname");
    assertThat(terms.getFirst().getLabelSelector().getMatchLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
  }

  @Test
  void usesNodeSelectorAndTolerationsOfSpec() {
    PodTemplateSpec placed =
        template(
            Clusters.cluster("{pod: {nodeSelector: {disk: ssd}, tolerations: [{key: nats}]}}"));

    assertThat(placed.getSpec().getNodeSelector()).isEqualTo(Map.of("disk", "ssd"));
    assertThat(placed.getSpec().getTolerations()).extracting("key").isEqualTo(List.of("nats"));
  }

  private static PodTemplateSpec template(NatsCluster cluster) {
    ServerVersion version = ServerVersion.parse(cluster.getSpec().version()).orElseThrow();
    return new ServerPod(cluster, version, "rev").template();
  }
}
