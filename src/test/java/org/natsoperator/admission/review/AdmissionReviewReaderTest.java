package org.natsoperator.admission.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.admission.inject.PodView;
import org.natsoperator.admission.server.HostileBodies;

class AdmissionReviewReaderTest {

  @Test
  void readsAllFieldsOfRequest() throws HttpError {
    AdmissionRequest request =
        read(
            """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "future": [1], "request": {
              "uid": "7", "operation": "UPDATE", "namespace": "a", "name": "b", "subResource": "ephemeralcontainers",
              "kind": {"group": "", "version": "v1", "kind": "Pod"}, "dryRun": true, "userInfo": {"username": "jane"},
              "object": {"spec": {"new": 1e400}}, "oldObject": {"spec": {}}, "options": null}}
            """);
    assertThat(request.uid()).isEqualTo("7");
    assertThat(request.operation()).isEqualTo("UPDATE");
    assertThat(
            request.namespace()
                + request.name()
                + request.kind()
                + request.subresource()
                + request.user())
        .isEqualTo("abPodephemeralcontainersjane");
    assertThat(request.dryRun()).isTrue();
    assertThat(request.object().at("/spec/new").isNumber()).isTrue();
    assertThat(request.oldObject().path("spec").isObject()).isTrue();
  }

  @Test
  void readsMissingFieldsAsMissingOrEmpty() throws HttpError {
    AdmissionRequest request =
        read(
            HostileBodies.review(
                "\"uid\": \"7\", \"operation\": \"DELETE\", \"object\": null, \"name\": null"));
    assertThat(request.object().isMissingNode()).isTrue();
    assertThat(request.oldObject().isMissingNode()).isTrue();
    assertThat(
            request.name()
                + request.namespace()
                + request.kind()
                + request.subresource()
                + request.user())
        .isEmpty();
    assertThat(request.dryRun()).isFalse();
  }

  @ParameterizedTest(name = "{0} is rejected")
  @CsvSource(delimiter = '|', textBlock = HostileBodies.TABLE)
  void rejectsMalformedReview(String description, String body) {
    assertRejected(HostileBodies.of(body), JsonProjection.WHOLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'metadata': {'labels': {'a': 's3cret', 'a': 2}}}",
        "{'spec': {'volumes': 's3cret'}}",
        "{'spec': {'containers': {'name': 's3cret'}}}",
        "{'spec': {'initContainers': 1}}",
        "{'spec': {'ephemeralContainers': true}}",
        "{'spec': {'containers': [{'env': {'name': 's3cret'}}]}}",
        "{'spec': {'containers': [{'volumeMounts': 5}]}}",
        "{'spec': {'containers': [{'volumeDevices': 's3cret'}]}}"
      })
  void rejectsMalformedPod(String pod) {
    String request =
        "\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": " + pod.replace('\'', '"');
    assertRejected(HostileBodies.review(request), PodView.PARTS);
  }

  private static void assertRejected(String body, JsonProjection parts) {
    HttpError rejection = catchThrowableOfType(HttpError.class, () -> read(body, parts));
    assertThat(rejection.status()).isEqualTo(400);
    assertThat(rejection).hasMessageNotContaining("s3cret");
  }

  private static AdmissionRequest read(String body) throws HttpError {
    return read(body, JsonProjection.WHOLE);
  }

  private static AdmissionRequest read(String body, JsonProjection parts) throws HttpError {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return AdmissionReviewReader.read(bytes, bytes.length, parts);
  }
}
