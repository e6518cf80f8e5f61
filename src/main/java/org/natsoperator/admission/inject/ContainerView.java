package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A container of a pod.
 *
 * @param pointer to it in the pod (RFC 6901)
 */
record ContainerView(String pointer, JsonNode tree) {

  String name() {
    return tree.path("name").asText();
  }

  JsonNode mounts() {
    return tree.path("volumeMounts");
  }

  JsonNode devices() {
    return tree.path("volumeDevices");
  }

  JsonNode env() {
    return tree.path("env");
  }

  Optional<JsonNode> variable(String name) {
    return env()
        .valueStream()
        .filter(variable -> name.equals(variable.path("name").textValue()))
        .findFirst();
  }
}
