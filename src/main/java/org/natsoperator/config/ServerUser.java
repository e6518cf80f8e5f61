package org.natsoperator.config;

import java.util.List;

/**
 * A user in nats.conf. The password is in clear: nats-server compares it, and of a bcrypt hash it
 * would see only the first 72 bytes of a token, which all tokens share.
 */
public record ServerUser(
    String name, String password, List<String> publish, List<String> subscribe) {

  /**
   * A user that nobody can log in as: no password is known for this bcrypt hash, and no
   * ServiceAccount has this name. Without any user nats-server would let everybody in.
   */
  static final ServerUser NOBODY =
      new ServerUser("_nobody", "$2a$04$" + ".".repeat(53), List.of(), List.of());

  @Override
  public String toString() {
    return "ServerUser[" + name + "]";
  }
}
