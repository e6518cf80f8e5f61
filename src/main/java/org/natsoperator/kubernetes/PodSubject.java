package org.natsoperator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.stream.Stream;

/**
 * Objects that an Event about a pod can refer to, with only the fields that it contains. Callers
 * remember them for all pods, so they are small.
 */
public final class PodSubject {

  /** In characters. The API server admits any length in a reference to an owner. */
  private static final int LONGEST = 253;

  private PodSubject() {}

  /** The pod's controller; the pod itself if it has none, or one that cannot exist. */
  public static HasMetadata of(JsonNode pod) {
    for (JsonNode owner : pod.at("/metadata/ownerReferences")) {
      if (owner.path("controller").asBoolean() && isShort(owner)) {
        return object(
            owner.path("apiVersion").asText(), owner.path("kind").asText(), namespace(pod), owner);
      }
    }
    return pod(pod);
  }

  /** The pod itself. */
  public static HasMetadata pod(JsonNode pod) {
    return object("v1", "Pod", namespace(pod), pod.path("metadata"));
  }

  private static boolean isShort(JsonNode owner) {
    return Stream.of("apiVersion", "kind", "name", "uid")
        .allMatch(field -> owner.path(field).asText().length() <= LONGEST);
  }

  private static String namespace(JsonNode pod) {
    return pod.at("/metadata/namespace").asText();
  }

  private static HasMetadata object(String version, String kind, String namespace, JsonNode named) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    object.setApiVersion(version);
    object.setKind(kind);
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(named.path("name").asText())
            .withUid(named.path("uid").asText())
            .build());
    return object;
  }
}
