package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Server pods of the cluster of {@link Clusters}. */
public final class ServerPods {

  private ServerPods() {}

  /** A pod whose server is running and ready. It mounts this Secret. */
  public static Pod running(String name, String version, String configSecret) {
    return new PodBuilder(created(name, version, configSecret))
        .withNewStatus()
        .withPodIP("10.0.0.1")
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .addNewContainerStatus()
        .withName("nats")
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  /** A pod without kubelet status. It has the sidecar that reloads its server. */
  public static Pod created(String name, String version, String configSecret) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(Clusters.NAMESPACE)
        .withUid("uid-of-pod-" + name)
        .addToLabels("app", "nats")
        .addToLabels("nats_cluster", Clusters.NAME)
        .addToLabels("nats_version", version)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("nats")
        .endContainer()
        .addNewContainer()
        .withName("reloader")
        .endContainer()
        .addNewVolume()
        .withName("nats-config")
        .withNewSecret()
        .withSecretName(configSecret)
        .endSecret()
        .endVolume()
        .addNewVolume()
        .withName("pid")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  /** The same pod, created for another version. */
  public static Pod ofVersion(Pod pod, String version) {
    return new PodBuilder(pod)
        .editMetadata()
        .addToLabels("nats_version", version)
        .endMetadata()
        .build();
  }

  /** The same pod without the sidecar that reloads its server. */
  public static Pod withoutReloader(Pod pod) {
    return new PodBuilder(pod)
        .editSpec()
        .removeMatchingFromContainers(container -> container.getName().equals("reloader"))
        .endSpec()
        .build();
  }

  /** The same pod, mounting another Secret. */
  public static Pod mounting(Pod pod, String configSecret) {
    return new PodBuilder(pod)
        .editSpec()
        .editMatchingVolume(volume -> volume.getName().equals("nats-config"))
        .editSecret()
        .withSecretName(configSecret)
        .endSecret()
        .endVolume()
        .endSpec()
        .build();
  }

  /** The same pod with an annotation. */
  public static Pod annotated(Pod pod, String annotation, String value) {
    return new PodBuilder(pod)
        .editMetadata()
        .addToAnnotations(annotation, value)
        .endMetadata()
        .build();
  }
}
