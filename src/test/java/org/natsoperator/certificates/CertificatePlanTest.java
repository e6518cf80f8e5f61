package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.certificates.CertificatePlan.ADD_AUTHORITY;
import static org.natsoperator.certificates.CertificatePlan.DROP_OLD_AUTHORITIES;
import static org.natsoperator.certificates.CertificatePlan.MAKE_ALL;
import static org.natsoperator.certificates.CertificatePlan.MAKE_LEAF;
import static org.natsoperator.certificates.CertificatePlan.NOTHING;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificatePlanTest {

  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  private static final Lifetimes LIFETIMES =
      new Lifetimes(Duration.ofDays(90), Duration.ofDays(9), Duration.ofSeconds(30), Duration.ofMinutes(5));
  private static final List<String> HOSTS = List.of("webhooks.nats-io.svc");
  private static final CertificateMaker MAKER = new CertificateMaker();
  private static final Authority FIRST = MAKER.authority(LIFETIMES.authority(), START);
  private static final CertificateFiles FRESH = CertificateFiles.NONE.with(FIRST).with(leaf(FIRST, START));

  @Test
  void makesAllWhereNothingIs() {
    assertThat(plan(CertificateFiles.NONE, START)).isEqualTo(MAKE_ALL);
  }

  @Test
  void leavesFreshOnesAlone() {
    assertThat(plan(FRESH, START)).isEqualTo(NOTHING);
    assertThat(plan(FRESH, START.plus(Duration.ofDays(6)).minusSeconds(1))).isEqualTo(NOTHING);
  }

  @Test
  void renewsWhatIsServedWhenAThirdOfItsLifeIsLeft() {
    assertThat(plan(FRESH, START.plus(Duration.ofDays(6)))).isEqualTo(MAKE_LEAF);
  }

  @Test
  void makesAnotherWhenItIsForOtherNames() {
    assertThat(CertificatePlan.next(FRESH, List.of("another.svc"), LIFETIMES, Optional.of(START), START)).isEqualTo(MAKE_LEAF);
  }

  @Test
  void makesAnotherWhenNoCaOfTheSecretSignedIt() {
    Authority stranger = MAKER.authority(LIFETIMES.authority(), START);
    assertThat(plan(FRESH.with(leaf(stranger, START)), START)).isEqualTo(MAKE_LEAF);
  }

  @Test
  void cannotSignWithoutTheKeyOfTheCa() {
    assertThat(plan(new CertificateFiles(FRESH.leaf(), FRESH.authorities(), Optional.empty()), START)).isEqualTo(MAKE_ALL);
  }

  @Test
  void addsACaWhenAThirdOfItsLifeIsLeftAndNotBefore() {
    Instant due = START.plus(Duration.ofDays(60));
    CertificateFiles renewed = FRESH.with(leaf(FIRST, due.minusSeconds(1)));
    assertThat(plan(renewed, due.minusSeconds(1))).isEqualTo(NOTHING);
    assertThat(plan(renewed, due)).isEqualTo(ADD_AUTHORITY);
  }

  @Test
  void theNewCaSignsOnlyAfterEveryWebhookHasTrustedItForAWhile() {
    Instant due = START.plus(Duration.ofDays(60));
    CertificateFiles both = FRESH.with(leaf(FIRST, due)).with(MAKER.authority(LIFETIMES.authority(), due));
    assertThat(CertificatePlan.next(both, HOSTS, LIFETIMES, Optional.empty(), due.plusSeconds(3_600))).isEqualTo(NOTHING);
    assertThat(CertificatePlan.next(both, HOSTS, LIFETIMES, Optional.of(due), due.plusSeconds(29))).isEqualTo(NOTHING);
    assertThat(CertificatePlan.next(both, HOSTS, LIFETIMES, Optional.of(due), due.plusSeconds(30))).isEqualTo(MAKE_LEAF);
  }

  @Test
  void theOldCaGoesAfterTheGrace() {
    Instant due = START.plus(Duration.ofDays(60));
    Authority next = MAKER.authority(LIFETIMES.authority(), due);
    CertificateFiles served = FRESH.with(next).with(leaf(next, due));
    assertThat(plan(served, due.plusSeconds(299))).isEqualTo(NOTHING);
    assertThat(plan(served, due.plusSeconds(300))).isEqualTo(DROP_OLD_AUTHORITIES);
    assertThat(plan(served.withoutOldAuthorities(), due.plusSeconds(300))).isEqualTo(NOTHING);
    assertThat(served.withoutOldAuthorities().authorities().authorities()).containsExactly(next.certificate());
  }

  @Test
  void anExpiredCaIsOfNoUse() {
    assertThat(plan(FRESH, START.plus(Duration.ofDays(91)))).isEqualTo(MAKE_ALL);
  }

  @Test
  void aLeafNeverOutlivesItsCa() {
    Leaf late = leaf(FIRST, START.plus(Duration.ofDays(88)));
    assertThat(late.certificate().getNotAfter()).isEqualTo(FIRST.certificate().getNotAfter());
  }

  private static Leaf leaf(Authority authority, Instant now) {
    return MAKER.leaf(authority, HOSTS, LIFETIMES.leaf(), now);
  }

  private static CertificatePlan plan(CertificateFiles files, Instant now) {
    return CertificatePlan.next(files, HOSTS, LIFETIMES, Optional.of(START), now);
  }
}
