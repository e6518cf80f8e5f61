package org.natsoperator.nkey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** The {@code crypto_secretbox} of NaCl: XSalsa20 and Poly1305; the tag is in front. */
final class SecretBox {

  static final int TAG_BYTES = 16;

  private static final int KEY_BYTES = 32;
  private static final int ROUNDS = 20;
  private static final int STATE_INTS = 16;
  private static final int[] CONSTANTS_AT = {0, 5, 10, 15};
  private static final int[] INPUT_AT = {6, 7, 8, 9};
  private static final ByteBuffer CONSTANTS =
      ByteBuffer.wrap("expand 32-byte k".getBytes(US_ASCII)).order(ByteOrder.LITTLE_ENDIAN);

  private final KeyParameter key;

  private SecretBox(byte[] key) {
    this.key = new KeyParameter(key);
  }

  /** The box of two curve keys with this X25519 secret, as {@code crypto_box_beforenm} of NaCl. */
  static SecretBox ofSharedSecret(byte[] secret) {
    return new SecretBox(hsalsa20(secret));
  }

  byte[] seal(byte[] message, byte[] nonce) {
    XSalsa20Engine cipher = cipher(nonce);
    byte[] tagKey = tagKey(cipher);
    byte[] sealed = new byte[TAG_BYTES + message.length];
    cipher.processBytes(message, 0, message.length, sealed, TAG_BYTES);
    System.arraycopy(tag(tagKey, sealed), 0, sealed, 0, TAG_BYTES);
    return sealed;
  }

  /** Empty if the message was not sealed with this key and nonce. */
  Optional<byte[]> open(byte[] sealed, byte[] nonce) {
    XSalsa20Engine cipher = cipher(nonce);
    byte[] tag = Arrays.copyOf(sealed, TAG_BYTES);
    if (!MessageDigest.isEqual(tag, tag(tagKey(cipher), sealed))) {
      return Optional.empty();
    }
    byte[] message = new byte[sealed.length - TAG_BYTES];
    cipher.processBytes(sealed, TAG_BYTES, message.length, message, 0);
    return Optional.of(message);
  }

  private XSalsa20Engine cipher(byte[] nonce) {
    XSalsa20Engine cipher = new XSalsa20Engine();
    cipher.init(true, new ParametersWithIV(key, nonce));
    return cipher;
  }

  /** The first bytes of the key stream. */
  private static byte[] tagKey(XSalsa20Engine cipher) {
    byte[] stream = new byte[KEY_BYTES];
    cipher.processBytes(stream, 0, stream.length, stream, 0);
    return stream;
  }

  private static byte[] tag(byte[] tagKey, byte[] sealed) {
    Poly1305 poly = new Poly1305();
    poly.init(new KeyParameter(tagKey));
    poly.update(sealed, TAG_BYTES, sealed.length - TAG_BYTES);
    byte[] tag = new byte[TAG_BYTES];
    poly.doFinal(tag, 0);
    return tag;
  }

  /** HSalsa20 with an input of zeros. The core adds its input, which this function must not do. */
  private static byte[] hsalsa20(byte[] secret) {
    int[] state = new int[STATE_INTS];
    ByteBuffer words = ByteBuffer.wrap(secret).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < CONSTANTS_AT.length; i++) {
      state[CONSTANTS_AT[i]] = CONSTANTS.getInt(i * Integer.BYTES);
      state[1 + i] = words.getInt(i * Integer.BYTES);
      state[11 + i] = words.getInt(KEY_BYTES / 2 + i * Integer.BYTES);
    }
    int[] result = new int[STATE_INTS];
    Salsa20Engine.salsaCore(ROUNDS, state, result);
    ByteBuffer key = ByteBuffer.allocate(KEY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at : CONSTANTS_AT) {
      key.putInt(result[at] - state[at]);
    }
    for (int at : INPUT_AT) {
      key.putInt(result[at] - state[at]);
    }
    return key.array();
  }
}
