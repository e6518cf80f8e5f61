package org.natsoperator.nkey;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Base32 of RFC 4648 in upper case and without padding. */
final class Base32 {

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;
  private static final int BYTE = 0xff;

  private Base32() {}

  /** Number of characters for this number of bytes. */
  static int lengthOf(int bytes) {
    return (bytes * Byte.SIZE + BITS - 1) / BITS;
  }

  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(lengthOf(bytes.length));
    int buffer = 0;
    int bits = 0;
    for (byte each : bytes) {
      buffer = buffer << Byte.SIZE | each & BYTE;
      for (bits += Byte.SIZE; bits >= BITS; bits -= BITS) {
        text.append(ALPHABET.charAt(buffer >> bits - BITS & MASK));
      }
    }
    return bits == 0
        ? text.toString()
        : text.append(ALPHABET.charAt(buffer << BITS - bits & MASK)).toString();
  }

  /** Empty if a character is not part of the alphabet. */
  static Optional<byte[]> decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      if (value < 0) {
        return Optional.empty();
      }
      buffer = buffer << BITS | value;
      bits += BITS;
      if (bits >= Byte.SIZE) {
        bits -= Byte.SIZE;
        bytes.write(buffer >> bits);
      }
    }
    return Optional.of(bytes.toByteArray());
  }
}
