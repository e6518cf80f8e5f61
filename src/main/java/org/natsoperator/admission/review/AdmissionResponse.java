package org.natsoperator.admission.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.natsoperator.validation.FieldError;

/**
 * A verdict on a {@link AdmissionRequest}.
 *
 * @param errors all mistakes for which it is refused; empty if it is allowed
 * @param warnings what the user is to hear, each at most 120 characters so that nothing cuts it
 * @param auditAnnotations for the audit log; keys without prefix
 * @param patch operations of a JSON Patch (RFC 6902), in order; empty if nothing changes or if it
 *     is refused
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

  public static AdmissionResponse allowed() {
    return new AdmissionResponse(List.of(), List.of(), Map.of(), List.of());
  }

  /** Refused if there is a mistake; the user hears of what is told. */
  public static AdmissionResponse of(List<FieldError> errors, List<FieldError> warnings) {
    return new AdmissionResponse(errors, AdmissionWarnings.of(warnings).all(), Map.of(), List.of());
  }

  public boolean isAllowed() {
    return errors.isEmpty();
  }
}
