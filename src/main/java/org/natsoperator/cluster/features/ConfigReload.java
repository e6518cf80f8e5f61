package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldErrors;

/**
 * The sidecar that sends SIGHUP to the server when its file has changed, and the signal for lame
 * duck mode. It shares the process namespace with the server.
 */
public final class ConfigReload implements ServerFeature {

  /** Name of the sidecar. */
  public static final String CONTAINER = "reloader";

  /**
   * Some images have an entry point and others only a default command, which arguments would
   * replace. All of them have this program in their PATH.
   */
  private static final String PROGRAM = "nats-server-config-reloader";

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    PodPolicy pod = spec.pod();
    ImageRules.check(errors, "spec.pod.reloaderImage", pod.reloaderImage());
    ImageRules.checkTag(
        errors,
        "spec.pod.reloaderImageTag",
        pod.reloaderImageTag(),
        PodPolicy.DEFAULT_RELOADER_TAG);
    ImageRules.checkPullPolicy(
        errors, "spec.pod.reloaderImagePullPolicy", pod.reloaderImagePullPolicy());
    ResourceRules.check(errors, "spec.pod.reloaderResources", pod.reloaderResources());
  }

  @Override
  public void warn(NatsCluster cluster, FieldErrors warnings) {
    NatsClusterSpec spec = cluster.getSpec();
    boolean restarts =
        ServerVersion.parse(spec.version())
            .filter(version -> ReloadMethod.of(spec.pod().enableConfigReload(), version).isEmpty())
            .isPresent();
    warnings.addIf(
        spec.auth().enableServiceAccounts() && restarts,
        "spec.pod.enableConfigReload",
        "without it, each change of a role restarts the servers; set it to true");
  }

  @Override
  public void extendPod(NatsClusterSpec spec, PodParts parts) {
    PodPolicy pod = spec.pod();
    parts.pod().withShareProcessNamespace(pod.enableConfigReload());
    if (pod.enableConfigReload()) {
      parts
          .pod()
          .addToContainers(
              new ContainerBuilder()
                  .withName(CONTAINER)
                  .withImage(ImageRules.withTag(pod.reloaderImage(), pod.reloaderImageTag()))
                  .withImagePullPolicy(pod.reloaderImagePullPolicy())
                  .withCommand(PROGRAM)
                  .withArgs("-pid", Paths.PID_FILE, "-config", Paths.CONFIG_FILE)
                  .withVolumeMounts(Mounts.all())
                  .withResources(pod.reloaderResources())
                  .withLifecycle(new LameDuckHooks(parts.version(), true).ofSidecar())
                  .withSecurityContext(Mounts.restricted())
                  .build());
    }
  }
}
