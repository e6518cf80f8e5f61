package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/** Mounts and security context that the server and its reloader share. */
public final class Mounts {

  public static final String CONFIG = "nats-config";
  static final String PID = "pid";

  private Mounts() {}

  static List<VolumeMount> all() {
    return List.of(mount(CONFIG, Paths.CONFIG_FOLDER, true), mount(PID, Paths.RUN_FOLDER, false));
  }

  static SecurityContext restricted() {
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
