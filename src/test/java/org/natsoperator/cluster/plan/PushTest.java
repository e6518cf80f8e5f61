package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.VarzFixture;

class PushTest {

  private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
  private static final Varz ANSWER = VarzFixture.of("1.2.0").loadTime("loaded-before").build();
  private static final ObservedServer SERVER =
      ObservedServerFixture.running("example-nats-1")
          .version("1.2.0")
          .varz(Optional.of(ANSWER))
          .build();
  private static final Push PUSH =
      Push.start(SERVER, new ServerConfigFile("{\"port\": 4222}"), false, START);

  @ParameterizedTest(name = "after {0} attempts the next is due {1} ms after the start")
  @CsvSource({
    "1, 500",
    "2, 1000",
    "3, 2000",
    "4, 4000",
    "5, 8000",
    "7, 32000",
    "8, 64000",
    "20, 64000"
  })
  void nextAttemptIsDueAfterExponentialBackoff(int attempts, long millis) {
    Push push = PUSH;
    for (int i = 1; i < attempts; i++) {
      push = push.again(START);
    }

    assertThat(push.due(START.plusMillis(millis - 1))).isFalse();
    assertThat(push.due(START.plusMillis(millis))).isTrue();
  }

  @Test
  void longPushIsRetriedAboutAMinuteAfterLastAttempt() {
    Push push = PUSH;
    for (int i = 0; i < 10; i++) {
      push = push.again(START.plus(Duration.ofHours(1)));
    }

    assertThat(push.due(START.plus(Duration.ofHours(1)).plusSeconds(63))).isFalse();
    assertThat(push.due(START.plus(Duration.ofHours(1)).plusSeconds(64))).isTrue();
  }

  @Test
  void isRefusedWhenUnconfirmedForMoreThanTenSeconds() {
    assertThat(PUSH.refused(START.plusSeconds(10))).isFalse();
    assertThat(PUSH.refused(START.plusMillis(10_001))).isTrue();
    assertThat(PUSH.confirm().refused(START.plusSeconds(60))).isFalse();
  }

  @Test
  void failedAttemptDoesNotDelayRejection() {
    assertThat(PUSH.again(START.plusSeconds(8)).refused(START.plusSeconds(11))).isTrue();
  }

  /** Another server of the same Secret may need padding hours after this one confirmed. */
  @Test
  void rewriteForConfirmedServerRestartsDeadline() {
    Instant later = START.plus(Duration.ofHours(1));
    Push push = PUSH.confirm().inOtherBytes("other", Optional.of(ANSWER), later);

    assertThat(push.refused(later)).as("refused at once").isFalse();
    assertThat(push.due(later.plusMillis(50))).as("due again at once").isFalse();
  }

  @Test
  void rewriteForUnconfirmedServerDoesNotExtendDeadline() {
    Push push = PUSH.inOtherBytes("other", Optional.of(ANSWER), START.plusSeconds(4));

    assertThat(push.refused(START.plusSeconds(11))).isTrue();
  }
}
