package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Paths in a container, and what is in each other's way there. */
final class MountPath {

  /** Where tokens lie. */
  static final String TOKENS = "/var/run/secrets/nats.io";

  private static final String RUN = "/run";
  private static final String VAR_RUN = "/var/run";

  private MountPath() {}

  /** The one form of a folder. {@code /var/run} is {@code /run}, as in nearly every image. */
  static String canonical(String folder) {
    String path = shortest(folder);
    return isWithin(path, VAR_RUN) ? RUN + path.substring(VAR_RUN.length()) : path;
  }

  /** A path from the root, without a slash at its end. */
  static String shortest(String path) {
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

  /** Whether a path in its one form is this folder or lies in it. */
  static boolean isWithin(String path, String folder) {
    return folder.equals("/") || path.equals(folder) || path.startsWith(folder + "/");
  }

  /** A file in a folder; the folder stays as its owner wrote it. */
  static String join(String folder, String file) {
    String start = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    return file.isEmpty() ? folder : start + (file.startsWith("/") ? file : "/" + file);
  }

  /**
   * What keeps a volume from being mounted at a folder: a mount there or in it, or one above it in
   * which no folder can be made.
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

  /** The kubelet lets nobody write there, whatever the mount says. */
  private static boolean holdsFilesOfKubernetes(JsonNode volume) {
    return volume.hasNonNull("secret")
        || volume.hasNonNull("configMap")
        || volume.hasNonNull("projected")
        || volume.hasNonNull("downwardAPI");
  }
}
