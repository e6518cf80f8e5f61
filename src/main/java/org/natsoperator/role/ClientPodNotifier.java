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
 * The pods that log in with a token. A kubelet looks at Secrets again when an annotation of the pod
 * changes; without it, after up to a minute or more.
 */
@Component
class ClientPodNotifier {

  static final String ANNOTATION = "nats.io/token-issued";

  private final KubernetesClient client;

  ClientPodNotifier(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes the kubelets of the client pods that mount a role's token look at it; servers carry the
   * label too, and are left out.
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
        .forEach(pod -> annotate(pod, call));
  }

  /** As pods have always done: in a volume of its own or with other things, under any account. */
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

  private void annotate(Pod pod, String call) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    if (annotations != null && call.equals(annotations.get(ANNOTATION))) {
      return;
    }
    PodAnnotation.set(client, pod, ANNOTATION, call);
  }
}
