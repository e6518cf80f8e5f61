package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewFluent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.InOutCreateable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.access.Identity;
import org.natsoperator.callout.ObservedLogin.Review;
import org.natsoperator.token.LoginToken;

class TokenReviewerTest {

  private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  private static final String AUDIENCE = "nats://example-nats.nats-io.svc";
  private static final LoginToken CLAIMS =
      new LoginToken(
          new Identity("nats-io", "nats-user"),
          "uid-of-account",
          Optional.empty(),
          START,
          START.plusSeconds(600));

  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private volatile boolean hangs;
  private volatile boolean fails;
  private volatile TokenReview answer = confirmation(status -> status);
  private volatile Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  /** No answer of this test is too late, also if this machine pauses. */
  private final TokenReviewer reviewer = reviewer(Duration.ofMinutes(1));

  private interface Status
      extends UnaryOperator<
          TokenReviewFluent<TokenReviewBuilder>.StatusNested<TokenReviewBuilder>> {}

  @Test
  void confirmsTokenForTheAudience() {
    assertThat(review("token")).isEqualTo(Review.CONFIRMED);
    assertThat(reviewer.lastContact()).isEqualTo(START);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void deniesOtherAnswers(String description, TokenReview other) {
    answer = other;

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
    answer = confirmation(status -> status.withAuthenticated(false).withError("etcd is away"));
    assertThat(review("token")).isEqualTo(Review.DENIED_ONCE);
    assertThat(review("token")).as("at once").isEqualTo(Review.DENIED_ONCE);

    answer = confirmation(status -> status);
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
    assertThat(requests).hasValue(2);

    now = START.plusSeconds(60);
    review("one");
    assertThat(requests).hasValue(3);
  }

  /** Anyone can write such tokens. */
  @Test
  void asksAboutFewUnverifiedTokens() {
    IntStream.range(0, 100).forEach(i -> unverified("token" + i));
    assertThat(requests).hasValue(20);
    assertThat(unverified("token0")).as("a remembered answer").isEqualTo(Review.CONFIRMED);
    assertThat(unverified("another")).isEqualTo(Review.UNANSWERED);

    now = START.plusSeconds(1);
    assertThat(unverified("another")).isEqualTo(Review.CONFIRMED);
  }

  @Test
  void concurrentLoginsShareOneRequest() throws InterruptedException {
    hangs = true;
    List<Thread> logins =
        IntStream.range(0, 20)
            .mapToObj(i -> Thread.ofVirtual().start(() -> review("token")))
            .toList();
    while (requests.get() == 0) {
      Thread.sleep(1);
    }
    blocked.countDown();
    for (Thread login : logins) {
      login.join();
    }

    assertThat(requests).hasValue(1);
  }

  @Test
  void failureIsNotRememberedButPausesRequests() {
    fails = true;
    assertThat(review("token")).isEqualTo(Review.UNANSWERED);
    assertThat(review("token")).isEqualTo(Review.UNANSWERED);
    assertThat(requests).as("requests in half a second").hasValue(1);

    now = START.plusSeconds(60);
    assertThat(reviewer.lastAnswer()).as("before the first failure").isEqualTo(START);
    assertThat(review("token")).isEqualTo(Review.UNANSWERED);
    assertThat(reviewer.lastAnswer()).isEqualTo(START);

    fails = false;
    now = START.plusSeconds(61);
    assertThat(review("token")).isEqualTo(Review.CONFIRMED);
    assertThat(reviewer.lastAnswer()).isEqualTo(now);
  }

  @Test
  void doesNotWaitForApiServerThatHangs() {
    hangs = true;
    TokenReviewer impatient = reviewer(TokenReviewer.TIMEOUT);

    // A pause of this machine makes one attempt longer, but not all.
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              now = now.plusSeconds(1);
              int before = requests.get();
              long start = System.nanoTime();
              assertThat(impatient.review("one" + now, AUDIENCE, CLAIMS))
                  .isEqualTo(Review.UNANSWERED);
              assertThat(impatient.review("two" + now, AUDIENCE, CLAIMS))
                  .isEqualTo(Review.UNANSWERED);
              assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(2_400);
              assertThat(requests).as("the second login sends none").hasValue(before + 1);
            });
    blocked.countDown();
  }

  private TokenReviewer reviewer(Duration timeout) {
    return new TokenReviewer(client(), clock, new SimpleMeterRegistry(), timeout);
  }

  private Review review(String token) {
    return reviewer.review(token, AUDIENCE, CLAIMS);
  }

  private Review unverified(String token) {
    return reviewer.reviewUnverified(token, AUDIENCE, CLAIMS);
  }

  private static TokenReview confirmation(Status edit) {
    return edit.apply(
            new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(true)
                .withAudiences(AUDIENCE)
                .withNewUser()
                .withUsername("system:serviceaccount:nats-io:nats-user")
                .withUid("uid-of-account")
                .endUser())
        .endStatus()
        .build();
  }

  private KubernetesClient client() {
    InOutCreateable<TokenReview, TokenReview> reviews = proxy(InOutCreateable.class, this::respond);
    return proxy(KubernetesClient.class, () -> reviews);
  }

  private TokenReview respond() {
    requests.incrementAndGet();
    if (fails) {
      throw new KubernetesClientException("unreachable");
    }
    if (hangs) {
      try {
        blocked.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return answer;
  }

  @SuppressWarnings("unchecked")
  private static <T> T proxy(Class<?> type, Supplier<Object> result) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> result.get());
  }
}
