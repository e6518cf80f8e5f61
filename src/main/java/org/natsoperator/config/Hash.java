package org.natsoperator.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of text, in hexadecimal digits. */
public final class Hash {

  private static final int SHORT = 10;

  private Hash() {}

  /** All 64 digits. */
  public static String of(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }

  /** Enough digits for a part of a name. */
  public static String shortOf(String text) {
    return of(text).substring(0, SHORT);
  }
}
