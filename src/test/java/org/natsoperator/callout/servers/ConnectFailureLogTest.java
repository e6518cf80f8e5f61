package org.natsoperator.callout.servers;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.LogLines;

class ConnectFailureLogTest {

  private static final NatsCluster CLUSTER = Clusters.named("failing", "{}");

  private final LogLines lines = LogLines.record();
  private final ConnectFailureLog log = new ConnectFailureLog();

  @AfterEach
  void stop() {
    lines.close();
  }

  @Test
  void warnsOfFirstFailureAndOfOthers() {
    log.failed(CLUSTER, new IOException("Unable to connect to [a, b]"));
    log.failed(CLUSTER, new IOException("Unable to connect to [b, a]"));
    log.failed(CLUSTER, new TimeoutException("no answer"));

    assertThat(warnings())
        .containsExactly(
            "java.io.IOException: Unable to connect to [a, b]",
            "java.util.concurrent.TimeoutException: no answer");
  }

  @Test
  void warnsAgainAfterAConnection() {
    log.failed(CLUSTER, new IOException("one"));
    log.connected(CLUSTER);
    log.failed(CLUSTER, new IOException("two"));

    assertThat(warnings()).containsExactly("java.io.IOException: one", "java.io.IOException: two");
  }

  /** The first connection answers meanwhile. */
  @Test
  void doesNotWarnOfTheSpareConnection() {
    log.spareFailed(CLUSTER, new IOException("spare"));
    assertThat(warnings()).isEmpty();

    log.failed(CLUSTER, new IOException("first"));
    assertThat(warnings()).containsExactly("java.io.IOException: first");
  }

  private List<String> warnings() {
    return lines.all().stream()
        .filter(event -> event.getLevel().equals(Level.WARN))
        .filter(event -> event.getLoggerName().equals(ConnectFailureLog.class.getName()))
        .map(ConnectFailureLogTest::error)
        .toList();
  }

  private static String error(ILoggingEvent event) {
    return LogLines.value(event, "error");
  }
}
