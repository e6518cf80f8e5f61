package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;

class ApiServerKeysTest {

  private static final SigningKey KEY = SigningKey.API_SERVER;
  private static final SigningKey NEWER = SigningKey.ec("newer");

  private final PublishedKeys published = new PublishedKeys(KEY);
  private Instant now = Instant.parse("2026-11-25T00:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final ApiServerKeys keys = new ApiServerKeys(published.client(), clock);

  @Test
  void requestsKeysOnceWhileNoKeyIsNew() {
    TokenVerifier first = proofFor(KEY);
    advanceClock(Duration.ofMinutes(9));

    assertThat(proofFor(KEY)).isSameAs(first);
    assertThat(published.requests).containsExactly("/openid/v1/jwks");
  }

  @Test
  void requestsKeysAgainForTokenWithNewerKey() {
    proofFor(KEY);
    published.publish(KEY, NEWER);
    advanceClock(Duration.ofSeconds(11));

    assertThat(proofFor(NEWER).knowsKeyOf(token(NEWER))).isTrue();
  }

  @Test
  void requestsKeysAtMostEveryTenSecondsForUnknownKey() {
    for (int second = 0; second < 31; second++) {
      proofFor(NEWER);
      advanceClock(Duration.ofSeconds(1));
    }

    assertThat(published.requests).hasSize(3);
  }

  /** The API server has issued this token itself, so forged key IDs cannot cause requests. */
  @Test
  void requestsKeysAtOnceForIssuedToken() {
    proofFor(KEY);
    published.publish(KEY, NEWER);

    assertThat(keys.verifierForIssued(token(NEWER)).knowsKeyOf(token(NEWER))).isTrue();
    keys.verifierForIssued(token(NEWER));
    assertThat(published.requests).hasSize(2);
  }

  @Test
  void trustsWithdrawnKeyForAtMostTenMinutes() {
    proofFor(KEY);
    published.publish(NEWER);
    advanceClock(Duration.ofMinutes(10).plusSeconds(1));

    assertThat(proofFor(NEWER).knowsKeyOf(token(KEY))).isFalse();
  }

  @Test
  void keepsVerifierWhileKeysAreTheSame() {
    TokenVerifier first = proofFor(KEY);
    advanceClock(Duration.ofMinutes(11));

    assertThat(proofFor(KEY)).isSameAs(first);
    assertThat(published.requests).hasSize(2);
  }

  /** While the API server does not answer one request, no other cluster or role waits for it. */
  @Test
  void callsDoNotWaitForEachOther() throws InterruptedException {
    proofFor(KEY);
    advanceClock(Duration.ofSeconds(11));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    published.onRequest =
        () -> {
          asked.countDown();
          over.await();
        };
    Thread waiting = Thread.ofVirtual().start(() -> proofFor(NEWER));
    asked.await();

    assertTimeoutPreemptively(Duration.ofMinutes(1), () -> proofFor(KEY));

    over.countDown();
    waiting.join();
  }

  private TokenVerifier proofFor(SigningKey key) {
    return keys.verifierFor(List.of(token(key)));
  }

  private static String token(SigningKey key) {
    return key.sign(Tokens.claims("nats-user"));
  }

  private void advanceClock(Duration time) {
    now = now.plus(time);
  }
}
