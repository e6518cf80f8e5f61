package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import org.natsoperator.config.ServerVersion;

/**
 * The preStop hooks that put a server into lame duck mode. Outside of this mode nats-server exits
 * on SIGTERM, which the kubelet sends right after the hook of the container. A container has one
 * hook and the server's image no shell. So the sidecar sends the signal, while the hook of the
 * server delays the SIGTERM. Without a running sidecar no signal is sent. A sidecar that is stopped
 * without its server, for a new image, makes its server leave. Without a sidecar in the pod, the
 * hook of the server sends the signal and nothing delays the SIGTERM.
 *
 * <p>The sidecar first sleeps. In lame duck mode a server refuses connections, which kube-proxy
 * sends to it until the endpoint is removed on every node.
 */
record LameDuckHooks(ServerVersion version, boolean sidecar) {

  /** Until the removal of the endpoint has reached the nodes. */
  static final long SECONDS_BEFORE_SIGNAL = 2;

  /**
   * Covers a late hook of the sidecar on a busy node; a server with clients needs about this time
   * to leave anyway.
   */
  private static final long HOLD_SECONDS = SECONDS_BEFORE_SIGNAL + 3;

  /** Null for a version whose lame duck mode a SIGTERM ends. */
  Lifecycle ofServer() {
    if (!version.finishesLameDuck()) {
      return null;
    }
    return sidecar
        ? new LifecycleBuilder().withNewPreStop().withNewSleep(HOLD_SECONDS).endPreStop().build()
        : command(version.binary(), "-sl", "ldm=" + Paths.PID_FILE);
  }

  Lifecycle ofSidecar() {
    return version.finishesLameDuck()
        ? command(
            "/bin/sh",
            "-c",
            "sleep %d; kill -s USR2 \"$(cat %s)\"".formatted(SECONDS_BEFORE_SIGNAL, Paths.PID_FILE))
        : null;
  }

  private static Lifecycle command(String... command) {
    return new LifecycleBuilder()
        .withNewPreStop()
        .withNewExec()
        .withCommand(command)
        .endExec()
        .endPreStop()
        .build();
  }
}
