package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.stream.Stream;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsApi;
import org.natsoperator.kubernetes.PodAnnotation;
import org.springframework.stereotype.Component;

/**
 * Triggers the kubelets of client pods. A kubelet reads Secrets again when an annotation of the pod
 * changes; otherwise only after a minute or more.
 */
@Component
class ClientPodNotifier {

  static final String ANNOTATION = "nats.io/token-issued";

  private final KubernetesClient client;

  ClientPodNotifier(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes the kubelets of the client pods that mount a role's token read it again. Server pods
   * carry the label too and are excluded.
   */
  void triggerKubeletSync(ObservedRole observed, String call) {
    Identity identity = observed.identity();
    client
        .pods()
        .inNamespace(identity.namespace())
        .withLabel(NatsApi.CLUSTER_LABEL, observed.role().clusterName().orElseThrow())
        .withoutLabel(NatsApi.APP_LABEL, NatsApi.APP)
        .list()
        .getItems()
        .stream()
        .filter(pod -> mounts(pod, observed.secretName()))
        .filter(pod -> !call.equals(annotation(pod)))
        .forEach(pod -> PodAnnotation.set(client, pod, ANNOTATION, call));
  }

  /** Checks Secret volumes and projected volumes; the pod may have any ServiceAccount. */
  private static boolean mounts(Pod pod, String secret) {
    return pod.getSpec().getVolumes().stream()
        .flatMap(ClientPodNotifier::secretsIn)
        .anyMatch(secret::equals);
  }

  private static Stream<String> secretsIn(Volume volume) {
    if (volume.getSecret() != null) {
      return Stream.of(volume.getSecret().getSecretName());
    }
    return volume.getProjected() == null
        ? Stream.empty()
        : volume.getProjected().getSources().stream()
            .filter(source -> source.getSecret() != null)
            .map(source -> source.getSecret().getName());
  }

  private static String annotation(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(ANNOTATION);
  }
}
