package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.validation.FieldErrors;

/** A stopping server closes its client connections one by one, so that clients reconnect. */
final class LameDuck implements ServerFeature {

  /** Time for the kubelet to run the hooks and to see the end of the process. */
  private static final long BEYOND_LAME_DUCK_SECONDS = 15 + LameDuckHooks.SECONDS_BEFORE_SIGNAL;

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    String field = "spec.lameDuckDurationSeconds";
    errors.addIf(
        spec.lameDuckDurationSeconds() < NatsClusterSpec.MIN_LAME_DUCK_SECONDS,
        field,
        "must be %d or more, the minimum of nats-server; raise it, or remove it for the default",
        NatsClusterSpec.MIN_LAME_DUCK_SECONDS);
    errors.addIf(
        spec.lameDuckDurationSeconds() > NatsClusterSpec.MAX_LAME_DUCK_SECONDS,
        field,
        "must be %d (a day) or less, because each restart of a server takes this long; lower it",
        NatsClusterSpec.MAX_LAME_DUCK_SECONDS);
  }

  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    if (config.version().knowsLameDuck()) {
      natsConf.put("lame_duck_duration", config.spec().lameDuckDurationSeconds() + "s");
    }
    if (config.version().finishesLameDuck()) {
      // Enough time for clients to receive the notice; they reconnect anyway.
      natsConf.put("lame_duck_grace_period", "2s");
    }
  }

  @Override
  public void extendPod(NatsClusterSpec spec, PodParts parts) {
    LameDuckHooks hooks = new LameDuckHooks(parts.version(), spec.pod().enableConfigReload());
    parts.server().withLifecycle(hooks.ofServer());
    parts
        .pod()
        .withTerminationGracePeriodSeconds(
            spec.lameDuckDurationSeconds() + BEYOND_LAME_DUCK_SECONDS);
  }
}
