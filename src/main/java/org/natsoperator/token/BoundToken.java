package org.natsoperator.token;

/** A proven ServiceAccount token: the password of its user. Its text never shows in a log. */
public record BoundToken(String value) {

  @Override
  public String toString() {
    return "BoundToken[hidden]";
  }
}
