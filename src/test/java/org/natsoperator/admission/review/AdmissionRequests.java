package org.natsoperator.admission.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Admission requests as the API server sends them, for objects written in YAML. */
public final class AdmissionRequests {

  private AdmissionRequests() {}

  public static AdmissionRequest create(String object) {
    return request("CREATE", "", tree(object), MissingNode.getInstance());
  }

  public static AdmissionRequest update(String before, String after) {
    return request("UPDATE", "", tree(after), tree(before));
  }

  public static AdmissionRequest status(String before, String after) {
    return request("UPDATE", "status", tree(after), tree(before));
  }

  /** The request of {@code kubectl scale}. */
  public static AdmissionRequest scale(int before, int after) {
    return request("UPDATE", "scale", tree(size(after)), tree(size(before)));
  }

  public static AdmissionRequest delete(String object) {
    return request("DELETE", "", MissingNode.getInstance(), tree(object));
  }

  /** A role of the cluster example-nats with these permissions. */
  public static String role(String permissions) {
    return role("labels: {nats_cluster: example-nats}", permissions);
  }

  public static String role(String metadata, String permissions) {
    return """
    apiVersion: nats.io/v1alpha2
    kind: NatsServiceRole
    metadata: {name: nats-user, namespace: team, %s}
    spec: {permissions: %s}
    """
        .formatted(metadata, permissions);
  }

  public static String cluster(String spec) {
    return """
    apiVersion: nats.io/v1alpha2
    kind: NatsCluster
    metadata: {name: example-nats, namespace: nats-io}
    spec: %s
    """
        .formatted(spec);
  }

  private static String size(int replicas) {
    return """
    apiVersion: autoscaling/v1
    kind: Scale
    metadata: {name: example-nats, namespace: nats-io}
    spec: {replicas: %d}
    """
        .formatted(replicas);
  }

  private static AdmissionRequest request(
      String operation, String subresource, JsonNode object, JsonNode oldObject) {
    JsonNode either = object.isObject() ? object : oldObject;
    return AdmissionRequestFixture.of(
            operation, subresource, either.path("kind").asText(), object, oldObject)
        .namespace(either.at("/metadata/namespace").asText())
        .name(either.at("/metadata/name").asText())
        .build();
  }

  private static JsonNode tree(String yaml) {
    return Serialization.unmarshal(yaml, JsonNode.class);
  }
}
