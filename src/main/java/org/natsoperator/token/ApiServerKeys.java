package org.natsoperator.token;

import com.nimbusds.jose.jwk.JWKSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.springframework.stereotype.Component;

/** The public keys that the API server signs ServiceAccount tokens with. */
@Component
public class ApiServerKeys {

  public static final String PATH = "/openid/v1/jwks";

  /** Limits how long a withdrawn key is trusted. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Limits the requests that tokens with forged key IDs can cause. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private TokenVerifier verifier;
  private String document;
  private Instant readAt = Instant.EPOCH;

  ApiServerKeys(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Returns the verifier for these tokens; reads the keys again if a token names an unknown one.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not
   *     respond: without keys no decision is possible
   */
  synchronized TokenVerifier verifierFor(Collection<String> tokens) {
    readIfOutdated();
    if (!tokens.stream().allMatch(verifier::knowsKeyOf) && age().compareTo(SHORTEST_PAUSE) > 0) {
      read();
    }
    return verifier;
  }

  /** Returns the verifier for a token of the API server itself, which cannot be forged. */
  synchronized TokenVerifier verifierForIssued(String token) {
    readIfOutdated();
    if (!verifier.knowsKeyOf(token)) {
      read();
    }
    return verifier;
  }

  private void readIfOutdated() {
    if (verifier == null || age().compareTo(LIFETIME) > 0) {
      read();
    }
  }

  private Duration age() {
    return Duration.between(readAt, clock.instant());
  }

  private void read() {
    String answer = client.raw(PATH);
    if (!answer.equals(document)) {
      try {
        verifier = new TokenVerifier(JWKSet.parse(answer));
      } catch (ParseException e) {
        throw new IllegalStateException("the API server's " + PATH + " is not a valid JWK set", e);
      }
      document = answer;
    }
    readAt = clock.instant();
  }
}
