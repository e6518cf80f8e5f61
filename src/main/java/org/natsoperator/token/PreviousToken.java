package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * The previous token, in the Secret of its successor. Servers accept it until the kubelets of
 * client pods have had time to mount the new one.
 */
public final class PreviousToken {

  /** Key of the previous token. */
  public static final String KEY = "previous";

  /** Annotation: time at which the token became the previous one. */
  static final String SINCE = "nats.io/previous-since";

  /** Annotation: proof of the previous token. */
  static final String PROOF = "nats.io/previous-token-proof";

  private PreviousToken() {}

  /** The previous token, not proven yet. */
  public static Optional<String> in(Secret secret) {
    return TokenSecret.text(secret, KEY);
  }

  /** Whether the Secret has a previous token or its annotation, even if they are invalid. */
  public static boolean leftIn(Secret secret) {
    return (secret.getData() != null && secret.getData().containsKey(KEY))
        || TokenSecret.annotation(secret, SINCE).isPresent();
  }

  /** Time at which the token became the previous one; empty if it is unknown or invalid. */
  public static Optional<Instant> since(Secret secret) {
    try {
      return TokenSecret.annotation(secret, SINCE).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Whether the operator recorded this previous token and the owners that the Secret names. */
  static boolean isProven(Secret secret, String previous, ProofKey key) {
    return key.verifies(
        TokenSecret.annotation(secret, PROOF), previous, TokenOwners.recordedIn(secret));
  }

  /**
   * The Secret with a new token, and the token of another version as the previous one.
   *
   * @param before the version with the token that becomes the previous one, and with its proof
   */
  public static Secret keep(Secret before, Secret renewed, Instant now) {
    return TokenSecret.tokenIn(before)
        .map(previous -> keep(previous, proofIn(before), renewed, now))
        .orElse(renewed);
  }

  private static Secret keep(
      String previous, Map<String, String> proof, Secret renewed, Instant now) {
    return new SecretBuilder(renewed)
        .editMetadata()
        .addToAnnotations(SINCE, now.toString())
        .addToAnnotations(proof)
        .endMetadata()
        .addToData(KEY, TokenSecret.encoded(previous))
        .build();
  }

  private static Map<String, String> proofIn(Secret before) {
    return TokenSecret.annotation(before, TokenProof.PROOF)
        .map(proof -> Map.of(PROOF, proof))
        .orElse(Map.of());
  }

  /** The Secret with only the new token. */
  public static Secret drop(Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .removeFromAnnotations(SINCE)
        .removeFromAnnotations(PROOF)
        .endMetadata()
        .removeFromData(KEY)
        .build();
  }
}
