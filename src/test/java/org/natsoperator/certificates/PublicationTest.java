package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicationTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration GRACE = Duration.ofMinutes(5);
  private static final List<String> HOSTS = List.of("a");
  private static final Bundle NOTHING = new Bundle(List.of());
  private static final CertificateMaker MAKER = new CertificateMaker();
  private static final Authority OLD = authority();
  private static final Authority NEW = authority();
  private static final List<Bundle> BOTH = List.of(of(OLD, NEW), of(NEW, OLD));

  @Test
  void isCompleteWhenEveryWebhookTrustsAll() {
    assertThat(Publication.NONE.seen(of(NEW), List.of(of(OLD, NEW), of(NEW)), NOW).since()).contains(NOW);
    assertThat(Publication.NONE.seen(of(NEW), List.of(of(OLD), of(NEW)), NOW).since()).isEmpty();
    assertThat(Publication.NONE.seen(of(OLD, NEW), List.of(of(NEW)), NOW).since()).isEmpty();
    assertThat(Publication.NONE.seen(of(NEW), List.of(), NOW).since()).isEmpty();
    assertThat(Publication.NONE.seen(NOTHING, List.of(of(NEW)), NOW).since()).isEmpty();
  }

  @Test
  void itsTimeBeginsAnewWithAnotherCaAndAfterAGap() {
    Publication old = Publication.NONE.seen(of(OLD), List.of(of(OLD)), NOW);
    Instant later = NOW.plusSeconds(60);
    assertThat(old.seen(of(OLD), List.of(of(OLD)), later).since()).contains(NOW);
    assertThat(old.seen(of(NEW, OLD), List.of(of(NEW, OLD)), later).since()).contains(later);
    assertThat(old.seen(of(OLD), List.of(NOTHING), later).seen(of(OLD), List.of(of(OLD)), later).since()).contains(later);
  }

  @Test
  void itsTimeGoesOnWhenACaIsNoLongerWanted() {
    Publication both = Publication.NONE.seen(of(NEW, OLD), List.of(of(NEW, OLD)), NOW);
    assertThat(both.seen(of(NEW), List.of(of(NEW, OLD)), NOW.plusSeconds(60)).since()).contains(NOW);
  }

  @Test
  void whatIsPublishedStaysUntilTheGraceIsOver() {
    Publication publication = Publication.NONE.seen(of(NEW), List.of(of(OLD)), NOW);
    assertThat(publication.wanted(List.of(of(OLD)), GRACE, NOW).authorities()).containsExactlyInAnyOrder(NEW.certificate(), OLD.certificate());
    Publication complete = publication.seen(of(NEW), List.of(of(OLD, NEW)), NOW);
    Instant end = NOW.plus(GRACE);
    assertThat(complete.wanted(List.of(of(OLD, NEW)), GRACE, end.minusMillis(1)).isSame(of(OLD, NEW))).isTrue();
    assertThat(complete.wanted(List.of(of(OLD, NEW)), GRACE, end).isSame(of(NEW))).isTrue();
  }

  /** Two replicas with a Secret each, as during an upgrade that changes its name: the older one is long over its own grace. */
  @Test
  void theCaOfANewerReplicaStaysForAGraceOfItsOwn() {
    Publication alone = Publication.NONE.seen(of(OLD), List.of(of(OLD)), NOW);
    Instant later = NOW.plus(GRACE.multipliedBy(3));
    List<Bundle> joined = List.of(of(NEW, OLD));
    assertThat(alone.wanted(List.of(of(OLD)), GRACE, later).isSame(of(OLD))).isTrue();
    Publication two = alone.seen(of(OLD), joined, later);
    assertThat(two.wanted(joined, GRACE, later).isSame(of(OLD, NEW))).isTrue();
    Instant end = later.plus(GRACE);
    assertThat(two.seen(of(OLD), joined, end.minusMillis(1)).wanted(joined, GRACE, end.minusMillis(1)).isSame(of(OLD, NEW))).isTrue();
    assertThat(two.seen(of(OLD), joined, end).wanted(joined, GRACE, end).isSame(of(OLD))).isTrue();
  }

  @Test
  void aSecretWithoutCaTakesNothingAway() {
    assertThat(Publication.NONE.seen(NOTHING, List.of(of(OLD)), NOW).wanted(List.of(of(OLD)), GRACE, NOW).isEmpty()).isTrue();
  }

  @Test
  void aReplicaServesAnotherCertificateOnlyWhenItIsTrusted() {
    Optional<Leaf> before = Optional.of(leaf(OLD));
    CertificateFiles offered = CertificateFiles.NONE.with(NEW).with(leaf(NEW));
    Publication complete = Publication.NONE.seen(of(NEW), BOTH, NOW);
    assertThat(choose(before, offered, Publication.NONE, BOTH, 90)).isEqualTo(before);
    assertThat(choose(before, offered, complete, BOTH, 29)).isEqualTo(before);
    assertThat(choose(before, offered, complete, BOTH, 30)).isEqualTo(offered.leaf());
    assertThat(choose(before, CertificateFiles.NONE, complete, BOTH, 90)).isEqualTo(before);
    assertThat(choose(before, offered.with(leaf(OLD)), complete, BOTH, 90)).as("one that the Secret's CA did not sign").isEqualTo(before);
    assertThat(choose(Optional.empty(), offered, Publication.NONE, BOTH, 0)).isEqualTo(offered.leaf());
    assertThat(choose(before, offered, Publication.NONE, BOTH, 2 * 86_400)).as("the old one expired").isEqualTo(offered.leaf());
  }

  @Test
  void aCertificateThatAWebhookDoesNotTrustAnywayNeedNotStay() {
    Optional<Leaf> before = Optional.of(leaf(OLD));
    CertificateFiles offered = CertificateFiles.NONE.with(NEW).with(leaf(NEW));
    List<Bundle> published = List.of(of(NEW), of(NEW, OLD));
    assertThat(choose(before, offered, Publication.NONE.seen(of(NEW), published, NOW), published, 0)).isEqualTo(offered.leaf());
    assertThat(choose(before, offered, Publication.NONE, List.of(of(OLD), of(NEW)), 90)).isEqualTo(before);
  }

  @Test
  void troubleIsToldWithItsRemedy() {
    Optional<Leaf> served = Optional.of(leaf(NEW));
    CertificateFiles files = CertificateFiles.NONE.with(NEW).with(served.get());
    assertThat(Trust.trouble(served, files, HOSTS, List.of(of(NEW, OLD), of(NEW)), NOW)).isEmpty();
    assertThat(Trust.trouble(served, files, HOSTS, List.of(of(NEW), of(OLD)), NOW)).contains("not every webhook configuration");
    assertThat(Trust.trouble(served, files, HOSTS, List.of(), NOW)).contains("install the chart");
    assertThat(Trust.trouble(served, CertificateFiles.NONE, HOSTS, List.of(of(OLD)), NOW)).contains("ca.crt");
    assertThat(Trust.trouble(Optional.empty(), files, HOSTS, List.of(of(NEW)), NOW)).contains("tls.crt");
    assertThat(Trust.trouble(served, files, HOSTS, List.of(of(NEW)), NOW.plus(Duration.ofDays(2)))).contains("expired");
    assertThat(Trust.trouble(served, files, List.of("a", "b.c"), List.of(of(NEW)), NOW)).contains("DNS names a, b.c");
  }

  @Test
  void aWildcardIsGoodForOnePartOfAName() {
    Leaf wild = MAKER.leaf(NEW, List.of("*.nats-io.svc"), Duration.ofDays(1), NOW);
    assertThat(wild.names(List.of("nats-operator.nats-io.svc"))).isTrue();
    assertThat(wild.names(List.of("a.nats-operator.nats-io.svc"))).isFalse();
    assertThat(wild.names(List.of("nats-io.svc"))).isFalse();
  }

  private static Optional<Leaf> choose(
      Optional<Leaf> current, CertificateFiles offered, Publication publication, List<Bundle> published, int second) {
    return ServedLeaf.choose(current, offered, publication, published, Duration.ofSeconds(30), NOW.plusSeconds(second));
  }

  private static Authority authority() {
    return MAKER.authority(Duration.ofDays(10), NOW);
  }

  private static Leaf leaf(Authority authority) {
    return MAKER.leaf(authority, List.of("a"), Duration.ofDays(1), NOW);
  }

  private static Bundle of(Authority... authorities) {
    return new Bundle(List.of(authorities).stream().map(Authority::certificate).toList());
  }
}
