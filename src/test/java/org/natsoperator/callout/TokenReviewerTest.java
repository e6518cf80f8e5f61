package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.callout.FakeTokenReviews.CLAIMS;
import static org.natsoperator.callout.FakeTokenReviews.START;
import static org.natsoperator.callout.FakeTokenReviews.confirmation;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.callout.ObservedLogin.Review;

class TokenReviewerTest {

  private static final String AUDIENCE = FakeTokenReviews.AUDIENCE;

  private final FakeTokenReviews api = new FakeTokenReviews();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private volatile Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  /** No answer of this test is too late, also if this machine pauses. */
  private final TokenReviewer reviewer = reviewer(Duration.ofMinutes(1));

  @Test
  void confirmsTokenForTheAudience() {
    assertThat(review("token")).isEqualTo(Review.CONFIRMED);
    assertThat(reviewer.lastContact()).isEqualTo(START);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void deniesOtherAnswers(String description, TokenReview other) {
    api.answer = other;

    assertThat(review("token")).as(description).isEqualTo(Review.DENIED_ONCE);
    now = START.plusSeconds(5);
    assertThat(review("token")).as(description).isEqualTo(Review.DENIED);
  }

  static Stream<Arguments> deniesOtherAnswers() {
    return Stream.of(
        arguments("not authenticated", confirmation(status -> status.withAuthenticated(false))),
        arguments("no answer", confirmation(status -> status.withAuthenticated(null))),
        arguments(
            "an API server that ignores audiences",
            confirmation(status -> status.withAudiences(List.of()))),
        arguments(
            "another audience",
            confirmation(status -> status.withAudiences("https://kubernetes.default.svc"))),
        arguments("no user", confirmation(status -> status.withUser(null))),
        arguments(
            "another user",
            confirmation(
                status ->
                    status.editUser().withUsername("system:serviceaccount:nats-io:a").endUser())),
        arguments(
            "an earlier account",
            confirmation(status -> status.editUser().withUid("earlier").endUser())));
  }

  /** The API server reports its own failures as a denial with an error. */
  @Test
  void confirmsTokenAfterOneDenial() {
    api.answer = confirmation(status -> status.withAuthenticated(false).withError("etcd is away"));
    assertThat(review("token")).isEqualTo(Review.DENIED_ONCE);
    assertThat(review("token")).as("at once").isEqualTo(Review.DENIED_ONCE);

    api.answer = confirmation(status -> status);
    now = START.plusSeconds(5);
    assertThat(review("token")).isEqualTo(Review.CONFIRMED);
  }

  @Test
  void asksOncePerTokenInAMinute() {
    assertThat(reviewer.hasConfirmed("one", AUDIENCE)).isFalse();
    review("one");
    assertThat(reviewer.hasConfirmed("one", AUDIENCE)).isTrue();
    assertThat(reviewer.hasConfirmed("one", "other")).isFalse();
    review("one");
    review("two");
    assertThat(api.requests).hasValue(2);

    now = START.plusSeconds(60);
    review("one");
    assertThat(api.requests).hasValue(3);
  }

  /** Anyone can write such tokens. */
  @Test
  void asksAboutFewUnverifiedTokens() {
    IntStream.range(0, 100).forEach(i -> unverified("token" + i));
    assertThat(api.requests).hasValue(20);
    assertThat(unreviewedLogins()).as("forged tokens do not hide failures").isZero();
    assertThat(unverified("token0")).as("a remembered answer").isEqualTo(Review.CONFIRMED);
    assertThat(unverified("another")).isEqualTo(Review.UNANSWERED);

    now = START.plusSeconds(1);
    assertThat(unverified("another")).isEqualTo(Review.CONFIRMED);
  }

  @Test
  void concurrentLoginsShareOneRequest() throws InterruptedException {
    api.hangs = true;
    List<Thread> logins =
        IntStream.range(0, 20)
            .mapToObj(i -> Thread.ofVirtual().start(() -> review("token")))
            .toList();
    while (api.requests.get() == 0) {
      Thread.sleep(1);
    }
    api.release();
    for (Thread login : logins) {
      login.join();
    }

    assertThat(api.requests).hasValue(1);
  }

  /** The clients of a server that ends log in to the others at once. */
  @Test
  void asksAboutTokensOfOtherClustersWhileThoseOfOneWait() {
    api.hangs = true;
    int share = TokenReviewer.MOST_PENDING / 2;
    List<CompletableFuture<Review>> pending =
        IntStream.range(0, share + 10).mapToObj(i -> later("token" + i, AUDIENCE)).toList();
    await().until(() -> pending.stream().filter(CompletableFuture::isDone).count() == 10);
    assertThat(api.requests).hasValue(TokenReviewer.MOST_AT_A_TIME);

    CompletableFuture<Review> other = later("token", "other");
    api.release();

    assertThat(pending.stream().filter(review -> review.join() == Review.UNANSWERED)).hasSize(10);
    assertThat(unreviewedLogins()).isEqualTo(10);
    assertThat(other.join()).as("the answer for another audience").isEqualTo(Review.DENIED_ONCE);
    assertThat(api.requests).hasValue(share + 1);
  }

  /** Otherwise the logins of other clusters would pause, too. */
  @Test
  void waitingForOtherTokensIsNoFailureOfTheApiServer() {
    api.hangs = true;
    TokenReviewer impatient = reviewer(Duration.ofSeconds(6));
    IntStream.range(0, TokenReviewer.MOST_AT_A_TIME)
        .forEach(i -> Thread.ofVirtual().start(() -> impatient.review("t" + i, AUDIENCE, CLAIMS)));
    await().until(() -> api.requests.get() == TokenReviewer.MOST_AT_A_TIME);

    assertThat(impatient.review("waits", AUDIENCE, CLAIMS)).isEqualTo(Review.UNANSWERED);
    now = START.plusSeconds(1);
    assertThat(impatient.lastAnswer()).isEqualTo(now);
    api.release();
  }

  private double unreviewedLogins() {
    return meters.get("nats.operator.callout.logins.unreviewed").counter().count();
  }

  private CompletableFuture<Review> later(String token, String audience) {
    CompletableFuture<Review> review = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> review.complete(reviewer.review(token, audience, CLAIMS)));
    return review;
  }

  private TokenReviewer reviewer(Duration timeout) {
    return new TokenReviewer(new TokenReviewClient(api.client()), clock, meters, timeout);
  }

  private Review review(String token) {
    return reviewer.review(token, AUDIENCE, CLAIMS);
  }

  private Review unverified(String token) {
    return reviewer.reviewUnverified(token, AUDIENCE, CLAIMS);
  }
}
