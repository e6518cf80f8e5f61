package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RivalTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Rival OLD = new Rival("b", "operator", Set.of(), NOW.minusSeconds(60));
  private static final Rival YOUNG = new Rival("a", "operator", Set.of(), NOW);

  @Test
  void who_renews_the_lock_leads() {
    assertThat(Rival.holding(lock("pod", Duration.ofSeconds(59), ""), NOW)).contains(new Rival("other", "operator", Set.of(), Instant.parse("2026-11-01T00:00:00Z")));
  }

  @Test
  void who_let_go_or_gave_up_does_not() {
    assertThat(Rival.holding(lock("", Duration.ZERO, ""), NOW)).isEmpty();
    assertThat(Rival.holding(lock(null, Duration.ZERO, ""), NOW)).isEmpty();
    assertThat(Rival.holding(lock("pod", Duration.ofSeconds(60), ""), NOW)).isEmpty();
    assertThat(Rival.holding(new LeaseBuilder().withNewMetadata().endMetadata().build(), NOW)).isEmpty();
  }

  @Test
  void a_lock_that_is_not_an_operators_means_nothing() {
    assertThat(Rival.holding(lock("pod", Duration.ofMinutes(-1), ""), NOW)).as("renewed in the future").isEmpty();
    Lease lock = lock("pod", Duration.ZERO, "");
    lock.getMetadata().setOwnerReferences(List.of());
    assertThat(Rival.holding(lock, NOW)).as("of no ServiceAccount").isEmpty();
  }

  @Test
  void it_stands_in_the_way_of_who_looks_after_no_more() {
    Rival some = Rival.holding(lock("pod", Duration.ZERO, "one,two"), NOW).orElseThrow();

    assertThat(some.covers(Set.of("two"))).isTrue();
    assertThat(some.covers(Set.of("one", "two"))).isTrue();
    assertThat(some.covers(Set.of("two", "three"))).isFalse();
    assertThat(some.covers(Set.of())).isFalse();
    assertThat(OLD.covers(Set.of("three"))).isTrue();
    assertThat(OLD.covers(Set.of())).isTrue();
  }

  @Test
  void what_two_share_is_what_both_name() {
    Rival some = Rival.holding(lock("pod", Duration.ZERO, "one,two"), NOW).orElseThrow();

    assertThat(some.shares(Set.of("two", "three"))).containsExactly("two");
    assertThat(some.shares(Set.of("three"))).isEmpty();
    assertThat(some.shares(Set.of())).containsExactlyInAnyOrder("one", "two");
    assertThat(OLD.shares(Set.of("three"))).containsExactly("three");
  }

  /** Anybody who may write a Lease may write this. */
  @Test
  void a_list_is_read_however_it_is_written() {
    assertThat(Rival.holding(lock("pod", Duration.ZERO, "one,one,,two"), NOW).orElseThrow().watchNamespaces()).containsExactlyInAnyOrder("one", "two", "");
    assertThat(Rival.holding(lock("pod", Duration.ZERO, ","), NOW).orElseThrow().covers(Set.of("one"))).isFalse();
  }

  @Test
  void of_two_exactly_one_goes_on() {
    assertThat(OLD.precedes(YOUNG)).isTrue();
    assertThat(YOUNG.precedes(OLD)).isFalse();
    Rival twin = new Rival("c", "operator", Set.of(), OLD.since());
    assertThat(OLD.precedes(twin)).isTrue();
    assertThat(twin.precedes(OLD)).isFalse();
  }

  @Test
  void who_looks_after_more_goes_before_who_is_older() {
    Rival some = new Rival("d", "operator", Set.of("one"), OLD.since());

    assertThat(YOUNG.precedes(some)).isTrue();
    assertThat(some.precedes(YOUNG)).isFalse();
  }

  private static Lease lock(String holder, Duration since, String namespaces) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(LeaderLease.NAME)
        .withNamespace("other")
        .withCreationTimestamp("2026-11-01T00:00:00Z")
        .addToAnnotations(Rival.WATCH_NAMESPACES, namespaces)
        .addNewOwnerReference()
        .withKind("ServiceAccount")
        .withName("operator")
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withRenewTime(NOW.minus(since).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }
}
