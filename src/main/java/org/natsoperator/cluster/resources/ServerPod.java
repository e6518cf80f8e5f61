package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerVersion;

/** The pod of one server. It meets the Pod Security Standard "restricted". */
public record ServerPod(NatsCluster cluster, ServerVersion version, String revision) {

  public static final String VERSION_LABEL = "nats_version";
  static final String VERSION_ANNOTATION = "nats.version";

  private static final long USER = 1000L;
  private static final int READ_BY_GROUP = 0440;

  /** Time for the kubelet to run the hook and to see the end of the process. */
  private static final long BEYOND_LAME_DUCK_SECONDS = 15;

  PodTemplateSpec template() {
    NatsClusterSpec spec = cluster.getSpec();
    return new PodTemplateSpecBuilder()
        .withMetadata(meta())
        .withNewSpec()
        .withContainers(containers())
        .withVolumes(volumes())
        .withShareProcessNamespace(spec.pod().enableConfigReload())
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withSecurityContext(securityContext())
        .withTerminationGracePeriodSeconds(
            spec.lameDuckDurationSeconds() + BEYOND_LAME_DUCK_SECONDS)
        .withNodeSelector(spec.pod().nodeSelector())
        .withTolerations(spec.pod().tolerations())
        .withAffinity(affinity())
        .endSpec()
        .build();
  }

  private ObjectMeta meta() {
    return new ObjectMetaBuilder()
        .withLabels(cluster.getSpec().pod().labels())
        .addToLabels(ChildMetadata.labels(cluster))
        .addToLabels(VERSION_LABEL, version.tag())
        .withAnnotations(cluster.getSpec().pod().annotations())
        .addToAnnotations(VERSION_ANNOTATION, version.tag())
        .build();
  }

  private List<Container> containers() {
    List<Container> containers = new ArrayList<>();
    containers.add(new ServerContainer(cluster, version).container());
    if (cluster.getSpec().pod().enableConfigReload()) {
      containers.add(ReloaderContainer.of(cluster.getSpec().pod(), version));
    }
    return containers;
  }

  private List<Volume> volumes() {
    return List.of(
        new VolumeBuilder()
            .withName(Mounts.CONFIG)
            .withNewSecret()
            .withSecretName(ChildNames.of(cluster).configSecret(revision))
            .withDefaultMode(READ_BY_GROUP)
            .endSecret()
            .build(),
        new VolumeBuilder().withName(Mounts.PID).withNewEmptyDir().endEmptyDir().build());
  }

  private static PodSecurityContext securityContext() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  /** Keeps servers apart from each other, not from clients, which carry one of the labels too. */
  private Affinity affinity() {
    if (!Boolean.TRUE.equals(cluster.getSpec().pod().antiAffinity())) {
      return null;
    }
    return new AffinityBuilder()
        .withNewPodAntiAffinity()
        .addNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withTopologyKey("kubernetes.io/hostname")
        .withLabelSelector(ChildMetadata.selector(cluster))
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endPodAntiAffinity()
        .build();
  }
}
