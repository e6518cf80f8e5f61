package org.natsoperator.admission.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * Builds an {@link AdmissionRequest}. By default its object has no name and it is for the namespace
 * {@code nats-io}.
 */
public record AdmissionRequestFixture(
    String operation,
    String namespace,
    String name,
    String kind,
    String subresource,
    boolean dryRun,
    JsonNode object,
    JsonNode oldObject) {

  static final String UID = "7";

  public static AdmissionRequestFixture create(String kind, JsonNode object) {
    return of("CREATE", "", kind, object, MissingNode.getInstance());
  }

  public static AdmissionRequestFixture of(
      String operation, String subresource, String kind, JsonNode object, JsonNode oldObject) {
    return new AdmissionRequestFixture(
        operation, "nats-io", "", kind, subresource, false, object, oldObject);
  }

  public AdmissionRequestFixture namespace(String requestNamespace) {
    return new AdmissionRequestFixture(
        operation, requestNamespace, name, kind, subresource, dryRun, object, oldObject);
  }

  public AdmissionRequestFixture name(String objectName) {
    return new AdmissionRequestFixture(
        operation, namespace, objectName, kind, subresource, dryRun, object, oldObject);
  }

  public AdmissionRequestFixture asDryRun() {
    return new AdmissionRequestFixture(
        operation, namespace, name, kind, subresource, true, object, oldObject);
  }

  public AdmissionRequest build() {
    return new AdmissionRequest(
        UID, operation, namespace, name, kind, subresource, dryRun, "user", object, oldObject);
  }
}
