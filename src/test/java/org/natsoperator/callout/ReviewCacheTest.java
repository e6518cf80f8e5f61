package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.ObservedLogin.Review;

class ReviewCacheTest {

  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final Instant LATER = NOW.plus(Duration.ofHours(1));

  private final ReviewCache cache = new ReviewCache();

  @Test
  void remembersConfirmationForAMinute() {
    cache.put("token", Review.CONFIRMED, LATER, NOW);

    assertThat(cache.get("token", NOW.plusSeconds(59))).isEqualTo(Review.CONFIRMED);
    assertThat(cache.get("token", NOW.plusSeconds(60))).isNull();
  }

  @Test
  void remembersDenialShortly() {
    assertThat(deny(NOW)).isEqualTo(Review.DENIED_ONCE);

    assertThat(cache.get("token", NOW.plusSeconds(4))).isEqualTo(Review.DENIED_ONCE);
    assertThat(cache.get("token", NOW.plusSeconds(5))).isNull();
  }

  @Test
  void denialIsFinalIfItRepeats() {
    deny(NOW);

    assertThat(deny(NOW.plusSeconds(5))).isEqualTo(Review.DENIED);
    assertThat(cache.get("token", NOW.plusSeconds(6))).isEqualTo(Review.DENIED);
    assertThat(deny(NOW.plusSeconds(600))).isEqualTo(Review.DENIED);
  }

  @Test
  void denialAfterConfirmationIsTheFirst() {
    deny(NOW);
    cache.put("token", Review.CONFIRMED, LATER, NOW.plusSeconds(5));

    assertThat(deny(NOW.plusSeconds(65))).isEqualTo(Review.DENIED_ONCE);
  }

  @Test
  void failureIsNotADenial() {
    cache.put("token", Review.UNANSWERED, LATER, NOW);
    assertThat(deny(NOW)).isEqualTo(Review.DENIED_ONCE);
    cache.put("token", Review.UNANSWERED, LATER, NOW.plusSeconds(5));
    assertThat(deny(NOW.plusSeconds(6))).isEqualTo(Review.DENIED);
  }

  private Review deny(Instant now) {
    return cache.put("token", Review.DENIED, LATER, now);
  }

  @Test
  void forgetsTokenWhenItExpires() {
    cache.put("token", Review.CONFIRMED, NOW.plusSeconds(10), NOW);

    assertThat(cache.get("token", NOW.plusSeconds(9))).isEqualTo(Review.CONFIRMED);
    assertThat(cache.get("token", NOW.plusSeconds(10))).isNull();
  }

  @Test
  void doesNotRememberThatTheApiServerWasAway() {
    cache.put("token", Review.UNANSWERED, LATER, NOW);

    assertThat(cache.get("token", NOW)).isNull();
  }

  @Test
  void forgetsOldestEntriesFirst() {
    for (int i = 0; i <= ReviewCache.MAX_ENTRIES; i++) {
      cache.put("token" + i, Review.CONFIRMED, LATER, NOW);
    }

    assertThat(cache.get("token0", NOW)).isNull();
    assertThat(cache.get("token1", NOW)).isEqualTo(Review.CONFIRMED);
    assertThat(cache.get("token" + ReviewCache.MAX_ENTRIES, NOW)).isEqualTo(Review.CONFIRMED);
  }
}
