package org.natsoperator.callout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.natsoperator.callout.ObservedLogin.Review;
import org.natsoperator.config.Hash;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.token.LoginToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Asks the API server about tokens with a valid signature: one request per token at a time, and a
 * few at once. It remembers the answers for a short time.
 */
@Component
class TokenReviewer {

  private static final Logger LOG = LoggerFactory.getLogger(TokenReviewer.class);

  /** A login must be decided within 1.5 s. */
  static final Duration TIMEOUT = Duration.ofMillis(1_200);

  /** The part of the timeout that a login waits if the last question had no answer. */
  private static final double SHARE_AFTER_FAILURE = 0.25;

  /** Further tokens wait. */
  static final int MOST_AT_A_TIME = 32;

  /**
   * The API server is not asked about further tokens. One cluster gets half of these places: the
   * clients of a server that ends must not keep those of other clusters waiting.
   */
  static final int MOST_PENDING = 512;

  private static final int MOST_UNVERIFIED_PER_SECOND = 20;

  private final TokenReviewClient client;
  private final Clock clock;
  private final Duration timeout;
  private final ApiServerContact contact = new ApiServerContact();
  private final ReviewCache cache = new ReviewCache();
  private final ConcurrentMap<String, CompletableFuture<Review>> running =
      new ConcurrentHashMap<>();
  private final ClusterPlaces pending = new ClusterPlaces(MOST_PENDING);
  private final Semaphore places = new Semaphore(MOST_AT_A_TIME);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final PerSecond unverified = new PerSecond(MOST_UNVERIFIED_PER_SECOND);
  private final Counter requests;
  private final Counter cacheHits;
  private final Counter unreviewed;

  @Autowired
  TokenReviewer(TokenReviewClient client, Clock clock, MeterRegistry meters) {
    this(client, clock, meters, TIMEOUT);
  }

  /**
   * @param timeout the time that a login waits for an answer
   */
  TokenReviewer(TokenReviewClient client, Clock clock, MeterRegistry meters, Duration timeout) {
    this.client = client;
    this.clock = clock;
    this.timeout = timeout;
    requests =
        Counter.builder("nats.operator.callout.token.reviews")
            .description("TokenReview requests to the API server")
            .register(meters);
    cacheHits =
        Counter.builder("nats.operator.callout.token.review.cache.hits")
            .description("Logins whose token the API server had confirmed or denied just before")
            .register(meters);
    unreviewed =
        Counter.builder("nats.operator.callout.logins.unreviewed")
            .description("Logins decided without an answer of the API server about their token")
            .register(meters);
  }

  /** The time of the API server's last answer to anything. */
  Instant lastContact() {
    return contact.lastAnswer();
  }

  /** The time until which the API server answered about tokens: now, or its first failure. */
  Instant lastAnswer() {
    return contact.answeredUntil(clock.instant());
  }

  /** Whether the API server confirmed this token a moment ago. */
  boolean hasConfirmed(String token, String audience) {
    return cache.get(key(token, audience), clock.instant()) == Review.CONFIRMED;
  }

  /** The answer of the API server about a token whose signature is valid. */
  Review review(String token, String audience, LoginToken claims) {
    String key = key(token, audience);
    Review cached = cache.get(key, clock.instant());
    if (cached != null) {
      cacheHits.increment();
      return cached;
    }
    Review review =
        await(running.computeIfAbsent(key, unknown -> start(unknown, token, audience, claims)));
    if (review == Review.UNANSWERED) {
      unreviewed.increment();
    }
    return review;
  }

  /**
   * The answer about a token whose signature cannot be verified here. Anyone can send such a text,
   * so few of them cause a request.
   */
  Review reviewUnverified(String token, String audience, LoginToken claims) {
    return cache.get(key(token, audience), clock.instant()) != null
            || unverified.permits(clock.instant())
        ? review(token, audience, claims)
        : Review.UNANSWERED;
  }

  /**
   * Sends a request, so that the last contact is known without logins. After a question about a
   * token had no answer, it asks about another one: otherwise the staleness of the next failure
   * would count from this one.
   */
  void probe() {
    if (client.isReachable()) {
      contact.answered(clock.instant());
      if (contact.isFailing() && client.answersAboutTokens()) {
        contact.answeredAboutToken(clock.instant());
      }
    }
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  private static String key(String token, String audience) {
    return Hash.of(audience + " " + token);
  }

  private CompletableFuture<Review> start(
      String key, String token, String audience, LoginToken claims) {
    CompletableFuture<Review> answer = new CompletableFuture<>();
    threads.execute(
        () -> {
          Review review = Review.UNANSWERED;
          try {
            // The last request may have ended after the login read the cache.
            Review known = cache.get(key, clock.instant());
            review =
                known != null
                    ? known
                    : cache.put(
                        key, inTurn(token, audience, claims), claims.expiry(), clock.instant());
          } finally {
            running.remove(key);
            answer.complete(review);
          }
        });
    return answer;
  }

  private Review inTurn(String token, String audience, LoginToken claims) {
    if (contact.failedJustNow(clock.instant()) || !pending.enter(audience, 1)) {
      return Review.UNANSWERED;
    }
    try {
      return enter() ? request(token, audience, claims) : Review.UNANSWERED;
    } finally {
      pending.leave(audience, 1);
    }
  }

  /** Leaves the API server half of the time, so that a timeout means that it is slow. */
  private boolean enter() {
    try {
      return places.tryAcquire(timeout.toMillis() / 2, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Review request(String token, String audience, LoginToken claims) {
    try {
      requests.increment();
      boolean confirmed = client.confirms(token, audience, claims);
      contact.answeredAboutToken(clock.instant());
      return confirmed ? Review.CONFIRMED : Review.DENIED;
    } catch (RuntimeException e) {
      contact.failed(clock.instant());
      LOG.atWarn()
          .addKeyValue("error", ApiErrors.summary(e))
          .log("The API server did not answer about a token; logins with known tokens go on");
      return Review.UNANSWERED;
    } finally {
      places.release();
    }
  }

  /**
   * After a timeout of the API server, other logins wait less: little time is left after the whole
   * timeout, and the request that a login waits for may be an older one, which ends after 10 s.
   */
  private Review await(CompletableFuture<Review> answer) {
    boolean isFailing = contact.isFailing();
    double share = isFailing ? SHARE_AFTER_FAILURE : 1;
    try {
      return answer.get((long) (timeout.toMillis() * share), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (isFailing) {
        contact.failedAgain(clock.instant());
      } else {
        contact.failed(clock.instant());
      }
      return Review.UNANSWERED;
    } catch (ExecutionException e) {
      return Review.UNANSWERED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Review.UNANSWERED;
    }
  }
}
