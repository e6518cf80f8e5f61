package org.natsoperator.admission.inject;

import static org.natsoperator.admission.inject.JsonPatch.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.admission.review.AdmissionWarnings;

/** Adds the missing mounts and variables to one container. */
final class ContainerPatch {

  private final ContainerView container;
  private final List<JsonNode> mounts = new ArrayList<>();
  private final List<JsonNode> env = new ArrayList<>();

  ContainerPatch(ContainerView container) {
    this.container = container;
  }

  ContainerView container() {
    return container;
  }

  /** Returns the token's path through an existing mount. */
  Optional<String> tokenFile(List<TokenVolume> volumes) {
    return volumes.stream()
        .flatMap(volume -> container.mounts().valueStream().map(volume::seenThrough))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Mounts a volume and returns the token's path. */
  String mount(TokenVolume volume, String folder) {
    mounts.add(
        JSON.objectNode()
            .put("name", volume.name())
            .put("mountPath", folder)
            .put("readOnly", true));
    return MountPath.join(folder, volume.file());
  }

  /** Whether the container mounts a volume, by this patch or by itself. */
  boolean mounts(TokenVolume volume) {
    return Stream.concat(container.mounts().valueStream(), mounts.stream())
        .anyMatch(mount -> volume.name().equals(mount.path("name").textValue()));
  }

  /** Sets a variable unless the container already has it. */
  void set(String name, String text, AdmissionWarnings warnings) {
    // The kubelet replaces $(NAME) with the value of another variable.
    String value = text.replace("$", "$$");
    Optional<JsonNode> existing = container.variable(name);
    if (existing.isEmpty()) {
      env.add(JSON.objectNode().put("name", name).put("value", value));
    } else if (!value.equals(existing.get().path("value").textValue())) {
      warnings.add("container %s: %s is already set and is not changed", container.name(), name);
    }
  }

  void writeTo(JsonPatch patch) {
    patch.append(container.pointer() + "/volumeMounts", container.mounts(), mounts);
    patch.append(container.pointer() + "/env", container.env(), env);
  }
}
