package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.LogLines;
import org.natsoperator.testing.OperatorPropertiesFixture;

/** A rule is missing for the operator's account, so it may not list and watch. */
@ExtendWith(ChartServer.class)
class ForbiddenInformersIT {

  /** Clusters, roles, ServiceAccounts, Secrets and pods. */
  private static final int KINDS = 5;

  @Test
  void eachAttemptLogsOneLine() {
    String namespace = ChartServer.namespace("forbidden");
    try (KubernetesClient stranger = ChartServer.as("stranger", "strangers");
        LogLines log = LogLines.record()) {
      SharedInformers informers =
          new SharedInformers(
              stranger, OperatorPropertiesFixture.watching(Set.of(namespace)).build());
      try {
        informers.start();
        await().until(() -> failures(log).size() >= 2 * KINDS);
      } finally {
        informers.stop();
      }

      assertThat(failures(log))
          .allSatisfy(
              line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getThrowableProxy()).isNull();
                assertThat(LogLines.value(line, "error"))
                    .startsWith("403 ")
                    .contains("User \"stranger\" cannot list resource")
                    .doesNotContain("\n", "Status(");
              });
      assertThat(failures(log)).as("with pauses between attempts").hasSizeLessThan(10 * KINDS);
    }
  }

  private static List<ILoggingEvent> failures(LogLines log) {
    return log.all().stream()
        .filter(line -> line.getMessage().equals("Watch failed; retrying"))
        .toList();
  }
}
