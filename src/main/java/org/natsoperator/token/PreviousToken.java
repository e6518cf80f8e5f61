package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The previous token, in the Secret of its successor. Servers accept it until the kubelets of
 * client pods have had time to mount the new one.
 */
public final class PreviousToken {

  static final String KEY = "previous";

  /** Annotation that says since when the Secret holds it. */
  static final String SINCE = "nats.io/previous-since";

  private PreviousToken() {}

  /** The token before, not proven yet. */
  public static Optional<String> in(Secret secret) {
    return TokenSecret.text(secret, KEY);
  }

  /** Whether anything is left of it, be it nonsense. */
  public static boolean leftIn(Secret secret) {
    return (secret.getData() != null && secret.getData().containsKey(KEY))
        || TokenSecret.annotation(secret, SINCE).isPresent();
  }

  /** Since when it is there; empty if the Secret does not say. */
  public static Optional<Instant> since(Secret secret) {
    try {
      return TokenSecret.annotation(secret, SINCE).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The Secret with a new token and, for a while, the one before. */
  public static Secret keep(String previous, Secret renewed, Instant now) {
    return new SecretBuilder(renewed)
        .editMetadata()
        .addToAnnotations(SINCE, now.toString())
        .endMetadata()
        .addToData(KEY, TokenSecret.encoded(previous))
        .build();
  }

  /** The Secret with only the new token. */
  public static Secret drop(Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .removeFromAnnotations(SINCE)
        .endMetadata()
        .removeFromData(KEY)
        .build();
  }
}
