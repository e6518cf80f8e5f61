package org.natsoperator.admission.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.natsoperator.validation.FieldError;

/**
 * The response to an {@link AdmissionRequest}.
 *
 * @param errors why the request is rejected; empty if it is allowed
 * @param warnings for the user, each at most 120 characters so that the API server does not cut it
 * @param auditAnnotations for the audit log; keys without prefix
 * @param patch operations of a JSON Patch (RFC 6902); empty without a change or after a rejection
 */
public record AdmissionResponse(
    List<FieldError> errors,
    List<String> warnings,
    Map<String, String> auditAnnotations,
    List<JsonNode> patch) {

  public AdmissionResponse {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
    auditAnnotations = Map.copyOf(auditAnnotations);
    patch = List.copyOf(patch);
  }

  /** Allows the request without warnings and without a patch. */
  public static AdmissionResponse allowed() {
    return of(List.of(), List.of());
  }

  /** Rejects the request if there are errors. */
  public static AdmissionResponse of(List<FieldError> errors, List<FieldError> warnings) {
    return new AdmissionResponse(errors, AdmissionWarnings.of(warnings).all(), Map.of(), List.of());
  }

  /** Whether the request has no errors. */
  public boolean isAllowed() {
    return errors.isEmpty();
  }
}
