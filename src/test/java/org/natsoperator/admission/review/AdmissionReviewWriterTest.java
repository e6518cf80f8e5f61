package org.natsoperator.admission.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.validation.FieldError;

class AdmissionReviewWriterTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AdmissionRequest REVIEW =
      AdmissionRequestFixture.create("NatsServiceRole", JSON.createObjectNode())
          .name("nats-user")
          .build();

  @Test
  void allowedResponseHasNoOtherFields() throws IOException {
    assertThat(JSON.readTree(AdmissionReviewWriter.write(REVIEW, AdmissionResponse.allowed())))
        .isEqualTo(
            JSON.readTree(
                """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {"uid": "7", "allowed": true}}
                """));
  }

  @Test
  void writesPatchWithItsType() throws IOException {
    List<JsonNode> patch =
        List.of(
            JSON.readTree("{\"op\": \"add\", \"path\": \"/a\", \"value\": \"\u00fc\"}"),
            JSON.readTree("{\"op\": \"remove\", \"path\": \"/b\"}"));
    JsonNode response = response(new AdmissionResponse(List.of(), List.of(), Map.of(), patch));
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    assertThat(JSON.readTree(Base64.getDecoder().decode(response.path("patch").asText())))
        .isEqualTo(JSON.valueToTree(patch));
    assertThat(response.path("allowed").asBoolean()).isTrue();
  }

  @Test
  void deniedResponseListsAllErrorsAndHasNoPatch() throws IOException {
    List<FieldError> errors =
        List.of(new FieldError("spec.a", "is \"odd\""), new FieldError("spec.b", "is missing"));
    JsonNode response =
        response(
            new AdmissionResponse(errors, List.of(), Map.of(), List.of(JSON.createObjectNode())));
    assertThat(response)
        .isEqualTo(
            JSON.readTree(
                """
                {"uid": "7", "allowed": false, "status": {"status": "Failure", "code": 422, "reason": "Invalid",
                  "message": "spec.a: is \\"odd\\"; spec.b: is missing",
                  "details": {"kind": "NatsServiceRole", "name": "nats-user", "causes": [
                    {"reason": "FieldValueInvalid", "field": "spec.a", "message": "is \\"odd\\""},
                    {"reason": "FieldValueInvalid", "field": "spec.b", "message": "is missing"}]}}}
                """));
  }

  @Test
  void writesWarningsAndAuditAnnotations() throws IOException {
    JsonNode response =
        response(
            new AdmissionResponse(
                List.of(), List.of("w1", "w2"), Map.of("injected", "true"), List.of()));
    assertThat(response.path("warnings")).isEqualTo(JSON.readTree("[\"w1\", \"w2\"]"));
    assertThat(response.path("auditAnnotations"))
        .isEqualTo(JSON.readTree("{\"injected\": \"true\"}"));
  }

  private static JsonNode response(AdmissionResponse response) throws IOException {
    return JSON.readTree(AdmissionReviewWriter.write(REVIEW, response)).path("response");
  }
}
