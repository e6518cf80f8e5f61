package org.natsoperator.admission.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import org.natsoperator.validation.FieldError;

/** Writes a response as AdmissionReview (admission.k8s.io/v1). */
public final class AdmissionReviewWriter {

  /** In the body only: the HTTP status of a response is always 200. */
  private static final int UNPROCESSABLE = 422;

  private static final JsonMapper JSON = new JsonMapper();

  private AdmissionReviewWriter() {}

  public static byte[] write(AdmissionRequest request, AdmissionResponse response) {
    ObjectNode review =
        JSON.createObjectNode()
            .put("apiVersion", "admission.k8s.io/v1")
            .put("kind", "AdmissionReview");
    ObjectNode result =
        review.putObject("response").put("uid", request.uid()).put("allowed", response.isAllowed());
    try {
      if (!response.isAllowed()) {
        result.set("status", status(request, response.errors()));
      } else if (!response.patch().isEmpty()) {
        result.put("patchType", "JSONPatch").put("patch", JSON.writeValueAsBytes(response.patch()));
      }
      if (!response.warnings().isEmpty()) {
        ArrayNode warnings = result.putArray("warnings");
        response.warnings().forEach(warnings::add);
      }
      if (!response.auditAnnotations().isEmpty()) {
        response.auditAnnotations().forEach(result.putObject("auditAnnotations")::put);
      }
      return JSON.writeValueAsBytes(review);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Most clients show the message; kubectl lists the causes. */
  private static JsonNode status(AdmissionRequest request, List<FieldError> errors) {
    ObjectNode status =
        JSON.createObjectNode()
            .put("status", "Failure")
            .put("code", UNPROCESSABLE)
            .put("reason", "Invalid")
            .put("message", FieldError.join(errors));
    ObjectNode details = status.putObject("details");
    ArrayNode causes =
        details.put("kind", request.kind()).put("name", request.name()).putArray("causes");
    for (FieldError error : errors) {
      causes
          .addObject()
          .put("reason", "FieldValueInvalid")
          .put("field", error.field())
          .put("message", error.message());
    }
    return status;
  }
}
