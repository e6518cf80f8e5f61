package org.natsoperator.admission.inject;

import static org.natsoperator.admission.inject.JsonPatch.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.admission.review.AdmissionWarnings;

/** What one container lacks. */
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

  /** Where the container sees the token without our doing, if it does. */
  Optional<String> tokenFile(List<TokenVolume> volumes) {
    for (TokenVolume volume : volumes) {
      for (JsonNode mount : container.mounts()) {
        Optional<String> file = volume.seenThrough(mount);
        if (file.isPresent()) {
          return file;
        }
      }
    }
    return Optional.empty();
  }

  /** Has a volume mounted; returns where the token then lies. */
  String mount(TokenVolume volume, String folder) {
    mounts.add(
        JSON.objectNode()
            .put("name", volume.name())
            .put("mountPath", folder)
            .put("readOnly", true));
    return MountPath.join(folder, volume.file());
  }

  /** Whether a volume is mounted here, by us or by the user. */
  boolean mounts(TokenVolume volume) {
    return Stream.concat(container.mounts().valueStream(), mounts.stream())
        .anyMatch(mount -> volume.name().equals(mount.path("name").textValue()));
  }

  /** Has a variable set; one that the user sets is his. */
  void set(String name, String text, AdmissionWarnings warnings) {
    String value = literal(text);
    Optional<JsonNode> users = container.variable(name);
    if (users.isEmpty()) {
      env.add(JSON.objectNode().put("name", name).put("value", value));
    } else if (!value.equals(users.get().path("value").textValue())) {
      warnings.add("container %s: %s is set already and stays as it is", container.name(), name);
    }
  }

  void writeTo(JsonPatch patch) {
    patch.append(container.pointer() + "/volumeMounts", container.mounts(), mounts);
    patch.append(container.pointer() + "/env", container.env(), env);
  }

  /** The kubelet would put another variable's value in the place of {@code $(NAME)}. */
  private static String literal(String text) {
    return text.replace("$", "$$");
  }
}
