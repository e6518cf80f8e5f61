package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ApiErrorsTest {

  private static final KubernetesClientException FORBIDDEN =
      new KubernetesClientException(
          new StatusBuilder().withCode(403).withMessage("no access\nto secrets").build());

  @Test
  void summaryIsFirstLineOfApiServerMessage() {
    assertThat(ApiErrors.summary(new IllegalStateException("outer", FORBIDDEN)))
        .isEqualTo("403 no access");
  }

  @Test
  void summaryWithoutResponseIsFirstCause() {
    Throwable failure =
        new KubernetesClientException("Operation: [list]", new ConnectException("refused"));

    assertThat(ApiErrors.summary(failure)).isEqualTo("java.net.ConnectException: refused");
  }

  @Test
  void failuresOfApiServerAndNetworkAreExpected() {
    assertThat(ApiErrors.isExpected(new IllegalStateException(FORBIDDEN))).isTrue();
    assertThat(ApiErrors.isExpected(new IllegalStateException(new ConnectException()))).isTrue();
  }

  @Test
  void bugIsNotExpected() {
    assertThat(ApiErrors.isExpected(new NullPointerException())).isFalse();
  }

  @Test
  void handlesCycleOfCauses() {
    IllegalStateException one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("two", one));

    assertThat(ApiErrors.isExpected(one)).isFalse();
    assertThat(ApiErrors.summary(one)).isNotEmpty();
  }
}
