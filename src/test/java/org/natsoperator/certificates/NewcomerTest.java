package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewcomerTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final CertificateMaker MAKER = new CertificateMaker();
  private static final Authority OLD = MAKER.authority(Duration.ofDays(10), NOW);
  private static final Authority NEW = MAKER.authority(Duration.ofDays(10), NOW);
  private static final Optional<Leaf> SERVED = Optional.of(MAKER.leaf(NEW, List.of("a"), Duration.ofDays(1), NOW));
  private static final Bundle NOTHING = new Bundle(List.of());

  @Test
  void isWelcomeWhereItIsTrustedFromTheBeginning() {
    assertThat(look(Newcomer.STARTED, 0, of(NEW), of(OLD, NEW)).welcome()).isTrue();
  }

  @Test
  void isWelcomeAtOnceWhereNobodyWasCalledBefore() {
    Newcomer first = look(Newcomer.STARTED, 0, NOTHING, NOTHING);
    assertThat(first.welcome()).isFalse();
    assertThat(look(first, 1, of(NEW), of(NEW)).welcome()).isTrue();
  }

  @Test
  void waitsUntilApiServersHaveSeenACaThatIsPublishedOnlyNow() {
    Newcomer stranger = look(Newcomer.STARTED, 0, of(OLD), of(OLD));
    assertThat(look(look(stranger, 1, of(OLD, NEW), of(OLD, NEW)), 29, of(OLD, NEW), of(OLD, NEW)).welcome()).isFalse();
    assertThat(look(stranger, 29, of(OLD, NEW), of(OLD, NEW)).trouble()).contains("published only now");
    assertThat(look(stranger, 30, of(OLD, NEW), of(OLD, NEW)).welcome()).isTrue();
    assertThat(look(stranger, 30, of(OLD, NEW), of(OLD, NEW)).trouble()).isEmpty();
  }

  @Test
  void oneWebhookThatTrustsOthersIsEnough() {
    Newcomer stranger = look(Newcomer.STARTED, 0, of(NEW), of(OLD));
    assertThat(look(stranger, 29, of(NEW), of(NEW)).welcome()).isFalse();
  }

  /** Else a configuration that somebody damaged would silence every replica at once. */
  @Test
  void staysWelcome() {
    Newcomer welcome = look(Newcomer.STARTED, 0, of(NEW), of(NEW));
    assertThat(look(look(welcome, 60, of(OLD), of(OLD)), 61, of(NEW), of(NEW)).welcome()).isTrue();
  }

  @Test
  void withoutACertificateOrAWebhookNothingIsDecided() {
    assertThat(Newcomer.STARTED.seen(Optional.empty(), List.of(of(OLD)), Duration.ofSeconds(30), NOW)).isEqualTo(Newcomer.STARTED);
    assertThat(look(Newcomer.STARTED, 0)).isEqualTo(Newcomer.STARTED);
  }

  private static Newcomer look(Newcomer newcomer, int second, Bundle... published) {
    return newcomer.seen(SERVED, List.of(published), Duration.ofSeconds(30), NOW.plusSeconds(second));
  }

  private static Bundle of(Authority... authorities) {
    return new Bundle(List.of(authorities).stream().map(Authority::certificate).toList());
  }
}
