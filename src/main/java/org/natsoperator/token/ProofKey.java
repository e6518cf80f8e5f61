package org.natsoperator.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The operator's key for proofs of tokens. A proof is an HMAC over a token and the UIDs of its
 * owners; it cannot be forged without the key. Never log the key.
 */
public final class ProofKey {

  static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  /** Computed proofs that are remembered: each reconciliation of a cluster needs all of its own. */
  private static final int REMEMBERED = 10_000;

  private final SecretKeySpec key;
  private final Map<String, Computed> computed = new ConcurrentHashMap<>();

  /** Creates the key from {@value #BYTES} random bytes. */
  public ProofKey(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("the key has %d bytes".formatted(bytes.length));
    }
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The proof that the token belongs to these owners. */
  String proof(String token, TokenOwners owners) {
    Computed known = computed.get(token);
    if (known != null && known.owners().equals(owners)) {
      return known.proof();
    }
    if (computed.size() > REMEMBERED) {
      computed.clear();
    }
    String proof = compute(token, owners);
    computed.put(token, new Computed(owners, proof));
    return proof;
  }

  private String compute(String token, TokenOwners owners) {
    List<String> parts =
        List.of(token, owners.serviceAccount(), owners.secret(), owners.role(), owners.cluster());
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String part : parts) {
        byte[] bytes = part.getBytes(UTF_8);
        // With its length, a part cannot be mistaken for the end of another one.
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        mac.update(bytes);
      }
      return Base64.getEncoder().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("failed to compute an HMAC", e);
    }
  }

  /** Whether a proof is that of the token and these owners; compares in constant time. */
  boolean verifies(Optional<String> proof, String token, TokenOwners owners) {
    return proof
        .filter(
            given ->
                MessageDigest.isEqual(given.getBytes(UTF_8), proof(token, owners).getBytes(UTF_8)))
        .isPresent();
  }

  private record Computed(TokenOwners owners, String proof) {}

  @Override
  public String toString() {
    return "ProofKey[hidden]";
  }
}
