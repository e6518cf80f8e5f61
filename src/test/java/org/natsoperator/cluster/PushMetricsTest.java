package org.natsoperator.cluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.ObservedServerFixture;

class PushMetricsTest {

  private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
  private static final Instant NOW = START.plusMillis(150);
  private static final ObservedServer SERVER =
      ObservedServerFixture.running("example-nats-1").build();
  private static final Push PUSH = Push.start(SERVER, new ServerConfigFile("{}"), false, START);
  private static final Set<String> SERVED = Set.of("one", "two");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final PushMetrics meters = new PushMetrics(registry, Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void recordsDurationOfConfirmedPush() {
    meters.timeConfirmed(
        Map.of("one", PUSH, "two", PUSH), Map.of("one", PUSH.confirm(), "two", PUSH), SERVED);

    assertThat(timer().count()).isEqualTo(1);
    assertThat(timer().totalTime(MILLISECONDS)).isEqualTo(150);
  }

  @Test
  void recordsDurationOnce() {
    meters.timeConfirmed(Map.of("one", PUSH.confirm()), Map.of("one", PUSH.confirm()), SERVED);

    assertThat(timer().count()).isZero();
  }

  @Test
  void ignoresConfigThatWasInForceBefore() {
    meters.timeConfirmed(Map.of(), Map.of("one", PUSH.confirm()), SERVED);

    assertThat(timer().count()).isZero();
  }

  @Test
  void ignoresStartOfServer() {
    meters.timeConfirmed(Map.of("one", PUSH), Map.of("one", PUSH.confirm()), Set.of("two"));

    assertThat(timer().count()).isZero();
  }

  @Test
  void bucketsRangeFromFiftyMillisecondsToOneMinute() {
    assertThat(
            Stream.of(timer().takeSnapshot().histogramCounts())
                .map(bucket -> bucket.bucket(MILLISECONDS)))
        .containsExactly(
            50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 30_000.0, 60_000.0);
  }

  @Test
  void countsFirstAttemptsSeparately() {
    meters.countAttempt(PUSH);
    meters.countAttempt(PUSH.again(NOW));
    meters.countAttempt(PUSH.again(NOW).again(NOW.plus(Duration.ofSeconds(1))));

    assertThat(attempts("first")).isEqualTo(1);
    assertThat(attempts("again")).isEqualTo(2);
  }

  private Timer timer() {
    return registry.get("nats.operator.push.duration").timer();
  }

  private double attempts(String attempt) {
    return registry.get("nats.operator.push.attempts").tag("attempt", attempt).counter().count();
  }
}
