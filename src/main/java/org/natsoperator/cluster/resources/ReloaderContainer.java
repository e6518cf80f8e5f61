package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.config.ServerVersion;

/**
 * The sidecar that sends the server a SIGHUP when its file changed, and the signal for its lame
 * duck. It must see the server's process.
 */
public final class ReloaderContainer {

  public static final String NAME = "reloader";

  private ReloaderContainer() {}

  static Container of(PodPolicy pod, ServerVersion version) {
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(pod.reloaderImage() + ":" + pod.reloaderImageTag())
        .withImagePullPolicy(pod.reloaderImagePullPolicy())
        .withArgs("-pid", Paths.PID_FILE, "-config", Paths.CONFIG_FILE)
        .withVolumeMounts(Mounts.all())
        .withResources(pod.reloaderResources())
        .withLifecycle(new LameDuckHooks(version, true).ofSidecar())
        .withSecurityContext(Mounts.restricted())
        .build();
  }
}
