package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Proves the tokens in Secrets. A proof that the operator recorded in the Secret is sufficient; it
 * does not depend on the API server's keys, which may be withdrawn. Without one, the signature is
 * verified.
 */
public record TokenProof(ProofKey key, TokenVerifier signatures) {

  /** Annotation: proof of the token. */
  static final String PROOF = "nats.io/token-proof";

  /** Whether the Secret's token has the expected claims and owners. */
  public boolean proves(Secret secret, TokenClaims expected, TokenOwners owners) {
    return isProvenFor(secret, owners)
        || TokenSecret.tokenIn(secret)
            .filter(token -> signatures.proves(token, expected))
            .isPresent();
  }

  /** Whether the token belongs to an earlier ServiceAccount of the expected name. */
  public boolean provesForFormerAccount(Secret secret, TokenClaims expected, TokenOwners owners) {
    return (TokenOwners.recordedIn(secret).differOnlyInAccount(owners) && isProven(secret, key))
        || TokenSecret.tokenIn(secret)
            .filter(token -> signatures.provesForFormerAccount(token, expected))
            .isPresent();
  }

  /** The previous token in the Secret, if it has the expected claims and owners. */
  public Optional<String> previous(Secret secret, TokenClaims expected, TokenOwners owners) {
    return PreviousToken.in(secret)
        .filter(
            token ->
                (TokenOwners.recordedIn(secret).equals(owners)
                        && PreviousToken.isProven(secret, token, key))
                    || signatures.proves(token, expected));
  }

  /** Whether the Secret has all annotations, with the proof that its token has these owners. */
  public boolean isRecorded(Secret secret, TokenOwners owners) {
    return TokenSecret.isManaged(secret) && isProvenFor(secret, owners);
  }

  private boolean isProvenFor(Secret secret, TokenOwners owners) {
    return TokenOwners.recordedIn(secret).equals(owners) && isProven(secret, key);
  }

  /**
   * The Secret with the proof of its token; unchanged if the token is not proven.
   *
   * @param secret with the annotations for its role and cluster
   */
  public Secret withProof(Secret secret, TokenClaims expected, TokenOwners owners) {
    if (!proves(secret, expected, owners)) {
      return secret;
    }
    String token = TokenSecret.tokenIn(secret).orElseThrow();
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(
            Map.of(
                TokenSecret.SERVICE_ACCOUNT_UID,
                owners.serviceAccount(),
                PROOF,
                key.proof(token, owners)))
        .endMetadata()
        .build();
  }

  /** The tokens of a Secret that only a signature can prove. */
  static Stream<String> unproven(Secret secret, ProofKey key) {
    return Stream.concat(
        TokenSecret.tokenIn(secret).filter(token -> !isProven(secret, key)).stream(),
        PreviousToken.in(secret)
            .filter(token -> !PreviousToken.isProven(secret, token, key))
            .stream());
  }

  /** Whether the operator recorded the token and the owners that the Secret names. */
  private static boolean isProven(Secret secret, ProofKey key) {
    Optional<String> proof = TokenSecret.annotation(secret, PROOF);
    return TokenSecret.tokenIn(secret)
        .filter(token -> key.verifies(proof, token, TokenOwners.recordedIn(secret)))
        .isPresent();
  }
}
