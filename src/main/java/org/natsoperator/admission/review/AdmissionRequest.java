package org.natsoperator.admission.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * The AdmissionRequest of admission.k8s.io/v1. Objects are raw trees, which keep unknown fields; do
 * not change them.
 *
 * @param operation CREATE, UPDATE, DELETE or CONNECT
 * @param namespace of the request; the object may not have one yet
 * @param name empty if the API server has yet to generate it
 * @param subresource empty for the object itself
 * @param dryRun whether side effects are forbidden
 * @param object the new object; a missing node on DELETE
 * @param oldObject the existing object; a missing node on CREATE
 */
public record AdmissionRequest(
    String uid,
    String operation,
    String namespace,
    String name,
    String kind,
    String subresource,
    boolean dryRun,
    String user,
    JsonNode object,
    JsonNode oldObject) {

  /** A request to create a pod that is the same as an existing one, without side effects. */
  public static AdmissionRequest of(JsonNode pod) {
    return new AdmissionRequest(
        pod.at("/metadata/uid").asText(),
        "CREATE",
        pod.at("/metadata/namespace").asText(),
        pod.at("/metadata/name").asText(),
        "Pod",
        "",
        true,
        "",
        pod,
        MissingNode.getInstance());
  }
}
