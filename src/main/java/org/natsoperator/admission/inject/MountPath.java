package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Paths in a container, and conflicts between them. */
final class MountPath {

  /** Folder of the tokens. */
  static final String TOKENS = "/var/run/secrets/nats.io";

  private static final String VAR_RUN = "/var/run";

  /** In characters. Linux permits no longer path, so a container with one never starts. */
  private static final int LONGEST = 4_096;

  private MountPath() {}

  /** Resolves {@code /var/run} to {@code /run}, to which it is a link in nearly every image. */
  static String canonical(String folder) {
    String path = shortest(folder);
    return isWithin(path, VAR_RUN) ? "/run" + path.substring(VAR_RUN.length()) : path;
  }

  /**
   * Returns an absolute path without dots or a trailing slash; a path that is too long as it is.
   */
  static String shortest(String path) {
    if (path.length() > LONGEST) {
      return path;
    }
    Deque<String> steps = new ArrayDeque<>();
    for (String step : path.split("/")) {
      if (step.equals("..")) {
        steps.pollLast();
      } else if (!step.isEmpty() && !step.equals(".")) {
        steps.add(step);
      }
    }
    return "/" + String.join("/", steps);
  }

  /** Whether a canonical path is this folder or inside it. */
  static boolean isWithin(String path, String folder) {
    return folder.equals("/") || path.equals(folder) || path.startsWith(folder + "/");
  }

  /** Appends a file to a folder that is not canonical. */
  static String join(String folder, String file) {
    String start = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    return file.isEmpty() ? folder : start + (file.startsWith("/") ? file : "/" + file);
  }

  /**
   * Returns the volume that prevents a mount at a folder. It is mounted there or inside it, or it
   * is mounted read-only above it, so that the kubelet cannot create the folder.
   *
   * @param volumes of the pod
   */
  static Optional<String> obstacle(ContainerView container, String folder, JsonNode volumes) {
    String wanted = canonical(folder);
    for (JsonNode device : container.devices()) {
      if (isWithin(canonical(device.path("devicePath").asText()), wanted)) {
        return Optional.of(device.path("name").asText());
      }
    }
    for (JsonNode mount : container.mounts()) {
      String taken = canonical(mount.path("mountPath").asText());
      if (isWithin(taken, wanted) || isWithin(wanted, taken) && isReadOnly(mount, volumes)) {
        return Optional.of(mount.path("name").asText());
      }
    }
    return Optional.empty();
  }

  private static boolean isReadOnly(JsonNode mount, JsonNode volumes) {
    return mount.path("readOnly").asBoolean()
        || volumes
            .valueStream()
            .filter(volume -> volume.path("name").equals(mount.path("name")))
            .anyMatch(MountPath::holdsFilesOfKubernetes);
  }

  /** The kubelet mounts these read-only in any case. */
  private static boolean holdsFilesOfKubernetes(JsonNode volume) {
    return volume.hasNonNull("secret")
        || volume.hasNonNull("configMap")
        || volume.hasNonNull("projected")
        || volume.hasNonNull("downwardAPI");
  }
}
