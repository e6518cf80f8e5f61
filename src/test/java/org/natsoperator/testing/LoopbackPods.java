package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Server pods as the StatefulSet controller and a kubelet write them. */
final class LoopbackPods {

  private LoopbackPods() {}

  /** Creates the pods of this number of servers that are ready and listen at the same address. */
  static void create(StatefulSet set, int count, String address, KubernetesClient client) {
    StatefulSetController.see(set, "1", client);
    for (int ordinal = 1; ordinal <= count; ordinal++) {
      writeStatus(ready(client.resource(pod(set, ordinal)).create(), address), client);
    }
  }

  /** Without a resourceVersion: the operator may change annotations at the same time. */
  static Pod writeStatus(Pod pod, KubernetesClient client) {
    return client
        .resource(pod)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\": %s}".formatted(Serialization.asJson(pod.getStatus())));
  }

  /** A pod of a StatefulSet, of revision 1. */
  static Pod pod(StatefulSet set, int ordinal) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(set.getMetadata().getName() + "-" + ordinal)
        .withNamespace(set.getMetadata().getNamespace())
        .withLabels(set.getSpec().getTemplate().getMetadata().getLabels())
        .withAnnotations(set.getSpec().getTemplate().getMetadata().getAnnotations())
        .addToLabels("controller-revision-hash", "1")
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("StatefulSet")
        .withName(set.getMetadata().getName())
        .withUid(set.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withSpec(set.getSpec().getTemplate().getSpec())
        .build();
  }

  /** The pod with the status that a kubelet gives it when its server is ready. */
  static Pod ready(Pod pod, String address) {
    return new PodBuilder(pod)
        .withNewStatus()
        .withPhase("Running")
        .withPodIP(address)
        .addNewPodIP(address)
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .addNewContainerStatus()
        .withName("nats")
        .withImage("nats")
        .withImageID("nats")
        .withReady(true)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
