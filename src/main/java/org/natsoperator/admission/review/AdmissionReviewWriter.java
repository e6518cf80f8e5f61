package org.natsoperator.admission.review;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.natsoperator.validation.FieldError;

/**
 * Writes an answer as AdmissionReview (admission.k8s.io/v1). A patch goes with its type, and
 * neither without the other.
 */
public final class AdmissionReviewWriter {

  /** A verdict is no failure of ours: the HTTP status is 200 all the same. */
  private static final int UNPROCESSABLE = 422;

  private static final JsonMapper JSON = new JsonMapper();

  private AdmissionReviewWriter() {}

  public static byte[] write(AdmissionRequest request, AdmissionResponse response) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder();
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("apiVersion", "admission.k8s.io/v1");
      json.writeStringField("kind", "AdmissionReview");
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", request.uid());
      json.writeBooleanField("allowed", response.isAllowed());
      if (response.isAllowed()) {
        writePatch(json, response.patch());
      } else {
        writeStatus(json, request, response.errors());
      }
      writeWarnings(json, response.warnings());
      writeAuditAnnotations(json, response.auditAnnotations());
      json.writeEndObject();
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writePatch(JsonGenerator json, List<JsonNode> patch) throws IOException {
    if (!patch.isEmpty()) {
      json.writeStringField("patchType", "JSONPatch");
      json.writeBinaryField("patch", JSON.writeValueAsBytes(patch));
    }
  }

  /** The message is what most clients show, the causes what kubectl lists. */
  private static void writeStatus(
      JsonGenerator json, AdmissionRequest request, List<FieldError> errors) throws IOException {
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeNumberField("code", UNPROCESSABLE);
    json.writeStringField("reason", "Invalid");
    json.writeStringField("message", FieldError.join(errors));
    json.writeObjectFieldStart("details");
    json.writeStringField("kind", request.kind());
    json.writeStringField("name", request.name());
    json.writeArrayFieldStart("causes");
    for (FieldError error : errors) {
      json.writeStartObject();
      json.writeStringField("reason", "FieldValueInvalid");
      json.writeStringField("field", error.field());
      json.writeStringField("message", error.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeWarnings(JsonGenerator json, List<String> warnings) throws IOException {
    if (!warnings.isEmpty()) {
      json.writeArrayFieldStart("warnings");
      for (String warning : warnings) {
        json.writeString(warning);
      }
      json.writeEndArray();
    }
  }

  private static void writeAuditAnnotations(JsonGenerator json, Map<String, String> annotations)
      throws IOException {
    if (!annotations.isEmpty()) {
      json.writeObjectFieldStart("auditAnnotations");
      for (Map.Entry<String, String> annotation : annotations.entrySet()) {
        json.writeStringField(annotation.getKey(), annotation.getValue());
      }
      json.writeEndObject();
    }
  }
}
