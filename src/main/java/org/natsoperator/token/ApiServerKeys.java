package org.natsoperator.token;

import com.nimbusds.jose.jwk.JWKSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.natsoperator.kubernetes.ApiErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The public keys that the API server signs ServiceAccount tokens with. */
@Component
public class ApiServerKeys {

  public static final String PATH = "/openid/v1/jwks";

  /** Limits how long a withdrawn key is trusted. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Limits the requests that tokens with forged key IDs can cause. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ApiServerKeys.class);

  private final KubernetesClient client;
  private final Clock clock;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Known known = new Known(null, "", Instant.EPOCH);
  private volatile Instant lastFailure = Instant.EPOCH;
  private volatile boolean forbidden;

  /** The keys as they were read last; the verifier is null before. */
  record Known(TokenVerifier verifier, String document, Instant readAt) {}

  ApiServerKeys(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Returns the verifier for these tokens; reads the keys again if a token names an unknown one.
   * Concurrent calls may all read them, since none may wait for the request of another.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not
   *     respond: without keys no decision is possible
   */
  TokenVerifier verifierFor(Collection<String> tokens) {
    Known keys = current();
    TokenVerifier verifier = keys.verifier();
    return tokens.stream().allMatch(verifier::knowsKeyOf) || !isOlder(keys, SHORTEST_PAUSE)
        ? verifier
        : read(keys).verifier();
  }

  /** Returns the verifier for a token of the API server itself, which cannot be forged. */
  TokenVerifier verifierForIssued(String token) {
    Known keys = current();
    return keys.verifier().knowsKeyOf(token) ? keys.verifier() : read(keys).verifier();
  }

  /**
   * Returns the keys for a login with a token that names this key. Only one call at a time reads
   * the keys again, and the others do not wait for it. If the API server does not respond, earlier
   * keys stay in use.
   *
   * @return empty if no keys were read yet
   */
  Optional<Known> keysForLogin(String keyId) {
    Known keys = known;
    boolean outdated =
        isOlder(keys, LIFETIME) || isOlder(keys, SHORTEST_PAUSE) && !keys.verifier().hasKey(keyId);
    if (outdated && reading.tryLock()) {
      try {
        readForLogin(keys);
      } finally {
        reading.unlock();
      }
    }
    return Optional.of(known).filter(latest -> latest.verifier() != null);
  }

  /** Whether the API server forbade the last attempt to read its keys for a login. */
  boolean areForbidden() {
    return forbidden;
  }

  private void readForLogin(Known before) {
    if (Duration.between(lastFailure, clock.instant()).compareTo(PAUSE_AFTER_FAILURE) < 0) {
      return;
    }
    try {
      read(before);
      forbidden = false;
    } catch (RuntimeException e) {
      lastFailure = clock.instant();
      forbidden = e instanceof KubernetesClientException failure && ApiErrors.isForbidden(failure);
      LOG.atWarn()
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to read the API server's keys for logins; retrying");
    }
  }

  private Known current() {
    Known keys = known;
    return isOlder(keys, LIFETIME) ? read(keys) : keys;
  }

  private boolean isOlder(Known keys, Duration age) {
    return Duration.between(keys.readAt(), clock.instant()).compareTo(age) > 0;
  }

  /** Keeps the verifier, which remembers verified tokens, while the keys are the same. */
  private Known read(Known before) {
    String answer = client.raw(PATH);
    TokenVerifier verifier =
        answer.equals(before.document()) ? before.verifier() : new TokenVerifier(parse(answer));
    known = new Known(verifier, answer, clock.instant());
    return known;
  }

  private static JWKSet parse(String document) {
    try {
      return JWKSet.parse(document);
    } catch (ParseException e) {
      throw new IllegalStateException("the API server's " + PATH + " is not a valid JWK set", e);
    }
  }
}
