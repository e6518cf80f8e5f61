package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import org.natsoperator.config.ServerVersion;

/**
 * How a kubelet has a server enter lame duck mode before it asks it to end. nats-server ends by a
 * SIGTERM unless it is in that mode already, and a SIGTERM follows at once when the hooks of its
 * own container are over: a server that gets no processor in between would just end. A container
 * has one hook and the server's image no shell, so the sidecar sends the signal, while the server's
 * own hook holds the SIGTERM back. A sidecar that does not run sends none, and one that is stopped
 * alone, since somebody changed its image in the pod, makes its server leave. Without a sidecar the
 * server's hook sends the signal, and nothing holds.
 *
 * @param version of the server
 * @param sidecar whether there is one
 */
record LameDuckHooks(ServerVersion version, boolean sidecar) {

  /**
   * How long a SIGTERM is held back: for a node so busy that the hook of the sidecar comes late. A
   * server with clients takes about that long to leave anyway.
   */
  private static final long HOLD_SECONDS = 3;

  /** Null if such a server is not asked for a lame duck: a SIGTERM would cut it short. */
  Lifecycle ofServer() {
    if (!version.finishesLameDuck()) {
      return null;
    }
    return sidecar
        ? new LifecycleBuilder().withNewPreStop().withNewSleep(HOLD_SECONDS).endPreStop().build()
        : command(version.binary(), "-sl", "ldm=" + Paths.PID_FILE);
  }

  /** Null if there is nothing to do. */
  Lifecycle ofSidecar() {
    return version.finishesLameDuck()
        ? command("/bin/sh", "-c", "kill -s USR2 \"$(cat %s)\"".formatted(Paths.PID_FILE))
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
