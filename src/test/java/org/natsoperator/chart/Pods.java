package org.natsoperator.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;

/** Pods that the API server accepts but nothing runs. */
final class Pods {

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
}
