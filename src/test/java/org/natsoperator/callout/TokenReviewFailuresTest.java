package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.FakeTokenReviews.CLAIMS;
import static org.natsoperator.callout.FakeTokenReviews.START;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.ObservedLogin.Review;

/** Questions about tokens while the API server fails or hangs. */
class TokenReviewFailuresTest {

  private static final String AUDIENCE = FakeTokenReviews.AUDIENCE;

  private final FakeTokenReviews api = new FakeTokenReviews();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private volatile Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final TokenReviewer reviewer = reviewer(Duration.ofMinutes(1));

  @Test
  void failureIsNotRememberedButPausesRequests() {
    api.fails = true;
    assertThat(review("token")).isEqualTo(Review.UNANSWERED);
    assertThat(review("token")).isEqualTo(Review.UNANSWERED);
    assertThat(api.requests).as("requests in half a second").hasValue(1);
    assertThat(unreviewedLogins()).isEqualTo(2);

    now = START.plusSeconds(60);
    assertThat(reviewer.lastAnswer()).as("before the first failure").isEqualTo(START);
    assertThat(review("token")).isEqualTo(Review.UNANSWERED);
    assertThat(reviewer.lastAnswer()).isEqualTo(START);

    api.fails = false;
    now = START.plusSeconds(61);
    assertThat(review("token")).isEqualTo(Review.CONFIRMED);
    assertThat(reviewer.lastAnswer()).isEqualTo(now);
  }

  @Test
  void doesNotWaitForApiServerThatHangs() {
    api.hangs = true;
    TokenReviewer impatient = reviewer(TokenReviewer.TIMEOUT);

    // A pause of this machine makes one attempt longer, but not all.
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              now = now.plusSeconds(1);
              int before = api.requests.get();
              long start = System.nanoTime();
              assertThat(impatient.review("one" + now, AUDIENCE, CLAIMS))
                  .isEqualTo(Review.UNANSWERED);
              assertThat(impatient.review("two" + now, AUDIENCE, CLAIMS))
                  .isEqualTo(Review.UNANSWERED);
              assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(2_400);
              assertThat(api.requests).as("the second login sends none").hasValue(before + 1);
            });
    api.release();
  }

  /** Also for a token whose request has no answer yet. */
  @Test
  void waitsLessAfterFailure() {
    api.hangs = true;
    Duration timeout = Duration.ofSeconds(3);
    TokenReviewer impatient = reviewer(timeout);
    assertThat(impatient.review("token", AUDIENCE, CLAIMS)).isEqualTo(Review.UNANSWERED);

    // A pause of this machine makes one attempt longer, but not all.
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              long start = System.nanoTime();
              assertThat(impatient.review("token", AUDIENCE, CLAIMS)).isEqualTo(Review.UNANSWERED);
              assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(timeout);
            });
    assertThat(api.requests).hasValue(1);
    api.release();
  }

  /** Otherwise the staleness would count from a time at which the API server answers. */
  @Test
  void shortWaitIsNoFailureAfterAnAnswer() throws InterruptedException {
    TokenReviewer impatient = reviewer(Duration.ofSeconds(12));
    api.fails = true;
    impatient.review("one", AUDIENCE, CLAIMS);
    api.fails = false;
    api.hangs = true;
    now = START.plusSeconds(1);
    Thread waiting = Thread.ofVirtual().start(() -> impatient.review("two", AUDIENCE, CLAIMS));
    await().until(() -> api.requests.get() == 2);
    api.hangs = false;
    assertThat(impatient.review("three", AUDIENCE, CLAIMS)).isEqualTo(Review.CONFIRMED);

    waiting.join();

    now = START.plusSeconds(60);
    assertThat(impatient.lastAnswer()).isEqualTo(now);
    api.release();
  }

  /** No client may have logged in between two failures. */
  @Test
  void answerToProbeEndsFailure() {
    reviewer.probe();
    assertThat(api.requests).as("without a failure").hasValue(0);
    api.fails = true;
    review("token");
    now = START.plusSeconds(60);
    reviewer.probe();
    assertThat(reviewer.lastAnswer())
        .as("while the API server answers only others")
        .isEqualTo(START);
    assertThat(reviewer.lastContact()).isEqualTo(now);

    api.fails = false;
    reviewer.probe();
    assertThat(reviewer.lastAnswer()).isEqualTo(now);

    now = START.plusSeconds(3_600);
    api.fails = true;
    review("token");
    assertThat(reviewer.lastAnswer()).as("the next failure").isEqualTo(now);
  }

  /** Also a denial is an answer: the API server knows no token of this text. */
  @Test
  void denialOfProbeIsAnAnswer() {
    api.fails = true;
    review("token");
    api.fails = false;
    api.answer = FakeTokenReviews.confirmation(status -> status.withAuthenticated(false));
    now = START.plusSeconds(60);

    reviewer.probe();

    assertThat(reviewer.lastAnswer()).isEqualTo(now);
  }

  private TokenReviewer reviewer(Duration timeout) {
    return new TokenReviewer(new TokenReviewClient(api.client()), clock, meters, timeout);
  }

  private Review review(String token) {
    return reviewer.review(token, AUDIENCE, CLAIMS);
  }

  private double unreviewedLogins() {
    return meters.get("nats.operator.callout.logins.unreviewed").counter().count();
  }
}
