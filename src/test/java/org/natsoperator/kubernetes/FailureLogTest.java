package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

class FailureLogTest {

  /** An install writes the same objects from several replicas. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"409, INFO", "403, WARN", "422, WARN", "500, WARN"})
  void conflictIsNoWarning(int code, Level level) {
    assertThat(FailureLog.level(new KubernetesClientException("any", code, null))).isEqualTo(level);
  }
}
