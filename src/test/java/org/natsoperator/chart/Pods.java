package org.natsoperator.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.natsoperator.testing.ChartServer;

/** Pods that the API server accepts but nothing runs. */
final class Pods {

  static final Map<String, String> SERVER = Map.of("app", "nats", "nats_cluster", "example-nats");
  static final String STATEFUL_SET_CONTROLLER =
      "system:serviceaccount:kube-system:statefulset-controller";

  private Pods() {}

  /** A pod with these labels and a generated name. */
  static Pod labeled(String namespace, Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("pod-")
        .withNamespace(namespace)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("a")
        .withImage("a")
        .endContainer()
        .endSpec()
        .build();
  }

  /** The pod with this object as its controller. */
  static Pod owned(Pod pod, String kind, String name) {
    return new PodBuilder(pod)
        .editMetadata()
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind(kind)
        .withName(name)
        .withUid("a")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  /** A server of the cluster example-nats. */
  static Pod server(String namespace) {
    return owned(labeled(namespace, SERVER), "StatefulSet", "example-nats");
  }

  /** The permissions of a controller do not matter here: the policy sees only its user name. */
  static KubernetesClient asController(String user) {
    return ChartServer.as(user, "system:masters");
  }
}
