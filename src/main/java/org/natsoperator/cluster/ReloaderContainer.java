package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import org.natsoperator.api.PodPolicy;

/**
 * The sidecar that sends the server a SIGHUP when its file changed. It must see the server's
 * process.
 */
final class ReloaderContainer {

  static final String NAME = "reloader";

  private ReloaderContainer() {}

  static Container of(PodPolicy pod) {
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(pod.reloaderImage() + ":" + pod.reloaderImageTag())
        .withImagePullPolicy(pod.reloaderImagePullPolicy())
        .withArgs("-pid", Paths.PID_FILE, "-config", Paths.CONFIG_FILE)
        .withVolumeMounts(Mounts.all())
        .withResources(pod.reloaderResources())
        .withSecurityContext(Mounts.restricted())
        .build();
  }
}
