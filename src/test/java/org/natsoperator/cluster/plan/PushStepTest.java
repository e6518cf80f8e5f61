package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.VarzFixture;

/**
 * Servers that report the digest of their configuration. {@link PushStepByLoadTimeTest} tests the
 * older ones.
 */
class PushStepTest {

  private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
  private static final ServerConfigFile FILE = new ServerConfigFile("{\"port\": 4222}");
  private static final String IN_FORCE = FILE.digest("example-nats-1");

  @Test
  void newFileTriggersKubeletSyncAtOnce() {
    PushStep step = next(reporting("older"), Optional.empty(), 0);

    assertThat(step.triggerKubeletSync()).isTrue();
    assertThat(step.otherBytes()).isFalse();
    assertThat(step.push().attempts()).isEqualTo(1);
    assertThat(step.push().confirmed()).isFalse();
  }

  @Test
  void doesNothingIfServerHasFile() {
    PushStep step = next(reporting(IN_FORCE), Optional.empty(), 0);

    assertThat(step.push().confirmed()).isTrue();
    assertThat(step.triggerKubeletSync()).isFalse();
  }

  @Test
  void digestOfFileConfirms() {
    Push started = next(reporting("older"), Optional.empty(), 0).push();

    assertThat(next(reporting(IN_FORCE), Optional.of(started), 200).push().confirmed()).isTrue();
  }

  @Test
  void digestOfAnotherServerConfirmsNothing() {
    assertThat(next(reporting(FILE.digest("other") + "x"), Optional.empty(), 0).push().confirmed())
        .isFalse();
  }

  @Test
  void repeatsKubeletSyncUntilServerConfirms() {
    assertThat(syncs(reporting("older"), 4500)).containsExactly(0L, 500L, 1000L, 2000L, 4000L);
  }

  @Test
  void repeatsKubeletSyncIfServerDoesNotAnswer() {
    assertThat(syncs(Optional.empty(), 4500)).containsExactly(0L, 500L, 1000L, 2000L, 4000L);
  }

  @Test
  void padsFileAfterThreeFailedAttempts() {
    Optional<Push> push = Optional.empty();
    List<Long> changed = new ArrayList<>();
    for (long millis = 0; millis <= 4500; millis += 50) {
      PushStep step = next(reporting("older"), push, millis);
      if (step.otherBytes()) {
        changed.add(millis);
      }
      push = Optional.of(step.push());
    }

    assertThat(changed).containsExactly(2000L, 4000L);
  }

  @Test
  void anotherFileStartsNewPush() {
    Push older = Push.start(server(reporting("x")), new ServerConfigFile("{}"), false, START);

    PushStep step = next(reporting("x"), Optional.of(older), 5000);

    assertThat(step.triggerKubeletSync()).isTrue();
    assertThat(step.push().startedAt()).isEqualTo(START.plusMillis(5000));
  }

  @Test
  void confirmedServerStaysConfirmedWithoutResponse() {
    assertThat(next(Optional.empty(), confirmed(), 60_000).push().confirmed()).isTrue();
  }

  @Test
  void padsFileAtOnceIfServerReportsOlderDigest() {
    PushStep step = next(reporting("older"), confirmed(), 60_000);

    assertThat(step.push().confirmed()).isFalse();
    assertThat(step.push().startedAt()).isEqualTo(START.plusSeconds(60));
    assertThat(step.triggerKubeletSync()).isTrue();
    assertThat(step.otherBytes()).isTrue();
  }

  private static List<Long> syncs(Optional<Varz> answer, long until) {
    Optional<Push> push = Optional.empty();
    List<Long> syncs = new ArrayList<>();
    for (long millis = 0; millis <= until; millis += 50) {
      PushStep step = next(answer, push, millis);
      if (step.triggerKubeletSync()) {
        syncs.add(millis);
      }
      push = Optional.of(step.push());
    }
    return syncs;
  }

  private static Optional<Push> confirmed() {
    return Optional.of(next(reporting(IN_FORCE), Optional.empty(), 0).push());
  }

  private static PushStep next(Optional<Varz> answer, Optional<Push> last, long millis) {
    return PushStep.next(
        server(answer), FILE, () -> Optional.of(FILE.hash()), last, START.plusMillis(millis));
  }

  private static ObservedServer server(Optional<Varz> answer) {
    return ObservedServerFixture.running("example-nats-1").varz(answer).build();
  }

  private static Optional<Varz> reporting(String digest) {
    return Optional.of(VarzFixture.of("2.15.3").digest(digest).build());
  }
}
