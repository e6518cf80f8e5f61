package org.natsoperator.nkey;

import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A key that signs. BouncyCastle with a key that is kept needs half of the time of jnats' NKey,
 * which decodes its seed for each signature. Never log the seed.
 */
public final class SigningNkey {

  private final Ed25519PrivateKeyParameters key;
  private final String publicKey;

  private SigningNkey(NkeyType type, byte[] seed) {
    key = new Ed25519PrivateKeyParameters(seed, 0);
    publicKey = NkeyCodec.publicKey(type, key.generatePublicKey().getEncoded());
  }

  /** The key of a seed; empty if the text is not a seed of this type. */
  public static Optional<SigningNkey> ofSeed(NkeyType type, String seed) {
    return NkeyCodec.seed(type, seed).map(raw -> new SigningNkey(type, raw));
  }

  /** The text of the public key. */
  public String publicKey() {
    return publicKey;
  }

  /** The signature of a message. */
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    return signature;
  }

  /** Whether the owner of the public key signed the message; false for an invalid key. */
  public static boolean verifies(
      NkeyType type, String publicKey, byte[] message, byte[] signature) {
    if (signature.length != Ed25519.SIGNATURE_SIZE) {
      return false;
    }
    try {
      return NkeyCodec.publicKey(type, publicKey)
          .filter(
              raw ->
                  new Ed25519PublicKeyParameters(raw, 0)
                      .verify(
                          Ed25519.Algorithm.Ed25519,
                          null,
                          message,
                          0,
                          message.length,
                          signature,
                          0))
          .isPresent();
    } catch (IllegalArgumentException notOnTheCurve) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "SigningNkey[" + publicKey + "]";
  }
}
