package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Sets an annotation on a pod. The change makes the kubelet sync the pod's Secrets at once. */
public final class PodAnnotation {

  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private PodAnnotation() {}

  /** Sets it in one request; a patch as text would first read the pod. Ignores a deleted pod. */
  public static void set(KubernetesClient client, Pod pod, String key, String value) {
    Pod patch =
        new PodBuilder()
            .withNewMetadata()
            .withName(pod.getMetadata().getName())
            .withNamespace(pod.getMetadata().getNamespace())
            .addToAnnotations(key, value)
            .endMetadata()
            .build();
    ApiErrors.ignoreNotFound(() -> client.resource(patch).patch(MERGE));
  }
}
