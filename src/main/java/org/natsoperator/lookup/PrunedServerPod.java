package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.ServerPodMetadata;

/**
 * Removes the fields that the operator does not use from a pod with the labels of servers. Any user
 * who can create StatefulSets can create such pods, with containers of 1 MiB.
 */
final class PrunedServerPod {

  private static final Set<String> LABELS =
      Set.of(
          NatsApi.APP_LABEL,
          NatsApi.CLUSTER_LABEL,
          ServerPodMetadata.VERSION_LABEL,
          ServerPodMetadata.REVISION_LABEL);

  private static final Set<String> ANNOTATIONS =
      Set.of(ServerPodMetadata.TEMPLATE_ANNOTATION, ServerPodMetadata.CONFIG_PUSH_ANNOTATION);

  /** Elements of each list. A server has three containers; other clients may add some. */
  private static final int MOST = 10;

  /** In characters, of messages and names of images. */
  private static final int LONGEST_TEXT = 1_024;

  /** In characters, of a name in Kubernetes. */
  private static final int LONGEST_NAME = 253;

  private PrunedServerPod() {}

  /** Keeps identity, containers by name, the Secrets that the pod mounts, and its state. */
  static void prune(Pod pod) {
    pod.setMetadata(metadata(pod.getMetadata()));
    pod.setSpec(spec(pod.getSpec()));
    pod.setStatus(status(pod.getStatus()));
  }

  private static ObjectMeta metadata(ObjectMeta meta) {
    return new ObjectMetaBuilder()
        .withName(meta.getName())
        .withNamespace(meta.getNamespace())
        .withUid(meta.getUid())
        .withResourceVersion(meta.getResourceVersion())
        .withDeletionTimestamp(meta.getDeletionTimestamp())
        .withLabels(only(LABELS, meta.getLabels()))
        .withAnnotations(only(ANNOTATIONS, meta.getAnnotations()))
        .withOwnerReferences(
            meta.getOwnerReferences().stream().limit(MOST).map(PrunedServerPod::owner).toList())
        .build();
  }

  private static Map<String, String> only(Set<String> keys, Map<String, String> map) {
    Map<String, String> kept = new TreeMap<>();
    if (map != null) {
      keys.stream()
          .filter(map::containsKey)
          .forEach(key -> kept.put(key, cut(map.get(key), LONGEST_NAME)));
    }
    return kept;
  }

  private static OwnerReference owner(OwnerReference owner) {
    return new OwnerReferenceBuilder()
        .withUid(cut(owner.getUid(), LONGEST_NAME))
        .withController(owner.getController())
        .build();
  }

  private static PodSpec spec(PodSpec spec) {
    return spec == null
        ? new PodSpec()
        : new PodSpecBuilder()
            .withContainers(
                spec.getContainers().stream().limit(MOST).map(PrunedServerPod::container).toList())
            .withVolumes(
                spec.getVolumes().stream()
                    .filter(volume -> volume.getSecret() != null)
                    .limit(MOST)
                    .map(PrunedServerPod::volume)
                    .toList())
            .build();
  }

  private static Container container(Container container) {
    return new ContainerBuilder().withName(container.getName()).build();
  }

  private static Volume volume(Volume volume) {
    return new VolumeBuilder()
        .withName(volume.getName())
        .withNewSecret()
        .withSecretName(cut(volume.getSecret().getSecretName(), LONGEST_NAME))
        .endSecret()
        .build();
  }

  private static PodStatus status(PodStatus status) {
    return status == null
        ? null
        : new PodStatusBuilder()
            .withPodIP(status.getPodIP())
            .withConditions(
                status.getConditions().stream()
                    .limit(MOST)
                    .map(PrunedServerPod::condition)
                    .toList())
            .withContainerStatuses(
                status.getContainerStatuses().stream()
                    .limit(MOST)
                    .map(PrunedServerPod::containerStatus)
                    .toList())
            .build();
  }

  private static PodCondition condition(PodCondition condition) {
    return new PodConditionBuilder()
        .withType(condition.getType())
        .withStatus(condition.getStatus())
        .withReason(cut(condition.getReason(), LONGEST_NAME))
        .withMessage(cut(condition.getMessage(), LONGEST_TEXT))
        .build();
  }

  private static ContainerStatus containerStatus(ContainerStatus status) {
    return new ContainerStatusBuilder()
        .withName(status.getName())
        .withImage(cut(status.getImage(), LONGEST_TEXT))
        .withReady(status.getReady())
        .withRestartCount(status.getRestartCount())
        .withState(state(status.getState()))
        .build();
  }

  private static ContainerState state(ContainerState state) {
    ContainerStateBuilder kept = new ContainerStateBuilder();
    if (state != null && state.getRunning() != null) {
      kept.withNewRunning().endRunning();
    }
    if (state != null && state.getWaiting() != null) {
      kept.withNewWaiting()
          .withReason(cut(state.getWaiting().getReason(), LONGEST_NAME))
          .withMessage(cut(state.getWaiting().getMessage(), LONGEST_TEXT))
          .endWaiting();
    }
    return kept.build();
  }

  private static String cut(String text, int longest) {
    return text == null || text.length() <= longest ? text : text.substring(0, longest);
  }
}
