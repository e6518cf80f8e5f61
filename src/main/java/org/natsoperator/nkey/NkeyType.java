package org.natsoperator.nkey;

/** The type of a key, which is the first letter of its public key. */
public enum NkeyType {
  /** Signs user JWTs; {@code A…}. */
  ACCOUNT(0),
  /** Identifies a nats-server; {@code N…}. */
  SERVER(13),
  /** Identifies a client; {@code U…}. */
  USER(20),
  /** Encrypts; {@code X…}. */
  CURVE(23);

  /** The prefix uses the upper five bits of the first byte, which are one letter in Base32. */
  private static final int UNUSED_BITS = 3;

  private final int prefix;

  NkeyType(int letter) {
    prefix = letter << UNUSED_BITS;
  }

  int prefix() {
    return prefix;
  }
}
