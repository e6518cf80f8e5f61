package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewReaderTest {

  @Test
  void readsAllThatAReviewerMayAsk() throws Rejection {
    Review review =
        read(
            """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "future": [1], "request": {
              "uid": "7", "operation": "UPDATE", "namespace": "a", "name": "b", "subResource": "ephemeralcontainers",
              "kind": {"group": "", "version": "v1", "kind": "Pod"}, "dryRun": true, "userInfo": {"username": "jane"},
              "object": {"spec": {"new": 1e400}}, "oldObject": {"spec": {}}, "options": null}}
            """);
    assertThat(review.uid()).isEqualTo("7");
    assertThat(review.operation()).isEqualTo("UPDATE");
    assertThat(review.namespace() + review.name() + review.kind() + review.subresource() + review.user()).isEqualTo("abPodephemeralcontainersjane");
    assertThat(review.dryRun()).isTrue();
    assertThat(review.object().at("/spec/new").isNumber()).isTrue();
    assertThat(review.oldObject().path("spec").isObject()).isTrue();
  }

  @Test
  void whatIsNotThereIsMissingOrEmpty() throws Rejection {
    Review review = read(HostileBodies.review("\"uid\": \"7\", \"operation\": \"DELETE\", \"object\": null, \"name\": null"));
    assertThat(review.object().isMissingNode()).isTrue();
    assertThat(review.oldObject().isMissingNode()).isTrue();
    assertThat(review.name() + review.namespace() + review.kind() + review.subresource() + review.user()).isEmpty();
    assertThat(review.dryRun()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = HostileBodies.TABLE)
  void refuses(String what, String body) {
    Rejection rejection = catchThrowableOfType(Rejection.class, () -> read(HostileBodies.of(body)));
    assertThat(rejection.status()).isEqualTo(400);
    assertThat(rejection).hasMessageNotContaining("s3cret");
  }

  private static Review read(String body) throws Rejection {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return ReviewReader.read(bytes, bytes.length, TreeParts.WHOLE);
  }
}
