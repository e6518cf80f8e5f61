package org.natsoperator.token;

/** A proven ServiceAccount token: the password of its user. Never log its value. */
public record BoundToken(String value) {

  @Override
  public String toString() {
    return "BoundToken[hidden]";
  }
}
