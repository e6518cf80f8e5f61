package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/** Mounts and security context that the server and its reloader share. */
public final class Mounts {

  public static final String CONFIG = "nats-config";
  public static final String PID = "pid";

  private Mounts() {}

  /** Mounts of the server and its reloader. */
  public static List<VolumeMount> all() {
    return List.of(mount(CONFIG, Paths.CONFIG_FOLDER, true), mount(PID, Paths.RUN_FOLDER, false));
  }

  /** The security context of the Pod Security Standard "restricted". */
  public static SecurityContext restricted() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  private static VolumeMount mount(String volume, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withReadOnly(readOnly ? Boolean.TRUE : null)
        .build();
  }
}
