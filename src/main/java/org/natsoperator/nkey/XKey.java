package org.natsoperator.nkey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A curve key that encrypts messages for another one, in the format of the Go library {@code
 * nats-io/nkeys} (xkeys.go of v0.4.17): {@code xkv1}, a nonce, and a box of NaCl. Never log the
 * seed.
 */
public final class XKey {

  /** Length of a nonce. A nonce must never be used twice. */
  public static final int NONCE_BYTES = 24;

  private static final byte[] VERSION = "xkv1".getBytes(US_ASCII);

  /** Number of other keys whose shared key is remembered; a cluster has at most 100 servers. */
  private static final int REMEMBERED = 200;

  private final byte[] secret;
  private final String publicKey;
  private final Map<String, SecretBox> boxes = new ConcurrentHashMap<>();

  private XKey(byte[] secret) {
    this.secret = secret.clone();
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(secret, 0, point, 0);
    publicKey = NkeyCodec.publicKey(NkeyType.CURVE, point);
  }

  /** The key of a seed; empty if the text is not a seed of a curve key. */
  public static Optional<XKey> ofSeed(String seed) {
    return NkeyCodec.seed(NkeyType.CURVE, seed).map(XKey::new);
  }

  /** The text of the public key. */
  public String publicKey() {
    return publicKey;
  }

  /**
   * Encrypts a message for the owner of another key; empty if that is not a valid key.
   *
   * @param nonce {@value #NONCE_BYTES} random bytes
   */
  public Optional<byte[]> seal(byte[] message, String recipient, byte[] nonce) {
    return box(recipient)
        .map(
            box -> {
              byte[] sealed = box.seal(message, nonce);
              return ByteBuffer.allocate(VERSION.length + NONCE_BYTES + sealed.length)
                  .put(VERSION)
                  .put(nonce, 0, NONCE_BYTES)
                  .put(sealed)
                  .array();
            });
  }

  /** Decrypts a message; empty if the owner of the other key did not encrypt it for this one. */
  public Optional<byte[]> open(byte[] message, String sender) {
    int start = VERSION.length + NONCE_BYTES;
    if (message.length <= start + SecretBox.TAG_BYTES
        || !Arrays.equals(message, 0, VERSION.length, VERSION, 0, VERSION.length)) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOfRange(message, VERSION.length, start);
    byte[] sealed = Arrays.copyOfRange(message, start, message.length);
    return box(sender).flatMap(box -> box.open(sealed, nonce));
  }

  private Optional<SecretBox> box(String other) {
    SecretBox known = other == null ? null : boxes.get(other);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<SecretBox> box = NkeyCodec.publicKey(NkeyType.CURVE, other).flatMap(this::agree);
    box.ifPresent(agreed -> remember(other, agreed));
    return box;
  }

  /** A point of low order gives no secret. */
  private Optional<SecretBox> agree(byte[] point) {
    byte[] shared = new byte[X25519.POINT_SIZE];
    return X25519.calculateAgreement(secret, 0, point, 0, shared, 0)
        ? Optional.of(SecretBox.ofSharedSecret(shared))
        : Optional.empty();
  }

  private void remember(String other, SecretBox box) {
    if (boxes.size() >= REMEMBERED) {
      boxes.clear();
    }
    boxes.put(other, box);
  }

  @Override
  public String toString() {
    return "XKey[" + publicKey + "]";
  }
}
