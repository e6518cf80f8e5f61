package org.natsoperator.nkey;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The text form of keys: Base32 of a prefix, 32 bytes and a checksum, as the Go library {@code
 * nats-io/nkeys} writes it (strkey.go of v0.4.17).
 */
public final class NkeyCodec {

  /** Length of every raw key and of every raw seed. */
  public static final int KEY_BYTES = 32;

  private static final int CHECKSUM_BYTES = 2;
  private static final int SEED = 18 << 3;
  private static final int SEED_TYPE_SHIFT = 5;
  private static final int SEED_TYPE_BITS = 3;
  private static final int BYTE = 0xff;

  private NkeyCodec() {}

  /** The text of a public key. */
  public static String publicKey(NkeyType type, byte[] raw) {
    return withChecksum(ByteBuffer.allocate(1 + KEY_BYTES).put((byte) type.prefix()).put(raw));
  }

  /** The bytes of a public key; empty if the text is not a public key of this type. */
  public static Optional<byte[]> publicKey(NkeyType type, String text) {
    return decode(text, 1)
        .filter(bytes -> (bytes[0] & BYTE) == type.prefix())
        .map(bytes -> Arrays.copyOfRange(bytes, 1, bytes.length));
  }

  /** Whether the text is a public key of this type. */
  public static boolean isPublicKey(NkeyType type, String text) {
    return publicKey(type, text).isPresent();
  }

  /** The text of a seed. It is secret; never log. */
  public static String seed(NkeyType type, byte[] raw) {
    return withChecksum(ByteBuffer.allocate(2 + KEY_BYTES).put(seedPrefix(type), 0, 2).put(raw));
  }

  /** The bytes of a seed; empty if the text is not a seed of this type. */
  public static Optional<byte[]> seed(NkeyType type, String text) {
    return decode(text, 2)
        .filter(bytes -> Arrays.equals(bytes, 0, 2, seedPrefix(type), 0, 2))
        .map(bytes -> Arrays.copyOfRange(bytes, 2, bytes.length));
  }

  private static byte[] seedPrefix(NkeyType type) {
    return new byte[] {
      (byte) (SEED | type.prefix() >> SEED_TYPE_SHIFT), (byte) (type.prefix() << SEED_TYPE_BITS)
    };
  }

  private static String withChecksum(ByteBuffer content) {
    byte[] bytes = content.array();
    int checksum = Crc16.of(bytes, bytes.length);
    return Base32.encode(
        ByteBuffer.allocate(bytes.length + CHECKSUM_BYTES)
            .put(bytes)
            .put((byte) checksum)
            .put((byte) (checksum >> Byte.SIZE))
            .array());
  }

  /** Prefix and key; empty if the length or the checksum is wrong. */
  private static Optional<byte[]> decode(String text, int prefixBytes) {
    int length = prefixBytes + KEY_BYTES;
    if (text == null || text.length() != Base32.lengthOf(length + CHECKSUM_BYTES)) {
      return Optional.empty();
    }
    return Base32.decode(text)
        .filter(bytes -> checksum(bytes, length) == Crc16.of(bytes, length))
        .map(bytes -> Arrays.copyOf(bytes, length));
  }

  private static int checksum(byte[] bytes, int at) {
    return bytes[at] & BYTE | (bytes[at + 1] & BYTE) << Byte.SIZE;
  }
}
