package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Gathers the keys that prove tokens. It reads those of the API server only if a token has no
 * recorded proof.
 */
@Component
public class TokenProver {

  private final ProofKeyStore proofKey;
  private final ApiServerKeys signingKeys;

  TokenProver(ProofKeyStore proofKey, ApiServerKeys signingKeys) {
    this.proofKey = proofKey;
    this.signingKeys = signingKeys;
  }

  /**
   * Returns the proof for the tokens in these Secrets.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if a key is missing and the API
   *     server does not respond: no decision is possible
   */
  public TokenProof proofFor(Collection<Secret> secrets) {
    ProofKey key = proofKey.key();
    List<String> unproven =
        secrets.stream().flatMap(secret -> TokenProof.unproven(secret, key)).toList();
    return new TokenProof(
        key, unproven.isEmpty() ? TokenVerifier.WITHOUT_KEYS : signingKeys.verifierFor(unproven));
  }

  /** Returns the proof for a token that the API server has just issued. */
  public TokenProof proofForIssued(String token) {
    return new TokenProof(proofKey.key(), signingKeys.verifierForIssued(token));
  }
}
