package org.natsoperator.token;

import com.nimbusds.jose.jwk.JWKSet;
import io.fabric8.kubernetes.api.model.Secret;
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

  /** So that a key that was withdrawn is not trusted for ever. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  /** So that a token with an invented key cannot make us ask without end. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private TokenVerifier proof;
  private String document;
  private Instant readAt = Instant.EPOCH;

  ApiServerKeys(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * What proves the tokens in these Secrets. The keys are read again when a token names one that is
   * not known.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not
   *     answer: then nothing is known of any token, and nothing may be decided
   */
  public synchronized TokenVerifier proofFor(Collection<Secret> secrets) {
    if (proof == null || age().compareTo(LIFETIME) > 0) {
      read();
    }
    boolean allKnown =
        secrets.stream()
            .flatMap(secret -> TokenSecret.tokenIn(secret).stream())
            .allMatch(proof::knowsKeyOf);
    if (!allKnown && age().compareTo(SHORTEST_PAUSE) > 0) {
      read();
    }
    return proof;
  }

  private Duration age() {
    return Duration.between(readAt, clock.instant());
  }

  private void read() {
    String answer = client.raw(PATH);
    if (!answer.equals(document)) {
      proof = new TokenVerifier(parse(answer));
      document = answer;
    }
    readAt = clock.instant();
  }

  private static JWKSet parse(String answer) {
    try {
      return JWKSet.parse(answer);
    } catch (ParseException e) {
      throw new IllegalStateException("the API server's " + PATH + " is no JWK set", e);
    }
  }
}
