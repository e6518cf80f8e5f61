package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.natsoperator.api.NatsApi;
import org.natsoperator.kubernetes.PodAnnotation;
import org.springframework.stereotype.Component;

/**
 * The pods that log in with a token. A kubelet looks at Secrets again when an annotation of the pod
 * changes; without it, after up to a minute or more.
 */
@Component
class ClientPods {

  static final String ANNOTATION = "nats.io/token-issued";

  private final KubernetesClient client;

  ClientPods(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes the kubelets of a role's client pods look at its token; servers carry the label too, and
   * are left out.
   */
  void tell(ObservedRole observed, String call) {
    Identity identity = observed.identity();
    client
        .pods()
        .inNamespace(identity.namespace())
        .withLabel(NatsApi.CLUSTER_LABEL, observed.role().clusterName().orElseThrow())
        .withoutLabel(NatsApi.APP_LABEL, NatsApi.APP)
        .withField("spec.serviceAccountName", identity.serviceAccount())
        .list()
        .getItems()
        .forEach(pod -> annotate(pod, call));
  }

  private void annotate(Pod pod, String call) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    if (annotations != null && call.equals(annotations.get(ANNOTATION))) {
      return;
    }
    PodAnnotation.set(client, pod, ANNOTATION, call);
  }
}
