package org.natsoperator.config;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.AllowResponses;

/**
 * A user in nats.conf. The password is plain text: bcrypt hashes only the first 72 bytes, which are
 * the same in all tokens.
 *
 * @param responses the permission to reply to requests, if there is one
 */
public record ServerUser(
    String name,
    String password,
    List<String> publish,
    List<String> subscribe,
    Optional<AllowResponses> responses) {

  /**
   * A user that cannot log in: no password has this bcrypt hash, and no ServiceAccount has this
   * name. Without any user, nats-server requires no login.
   */
  public static final ServerUser SENTINEL =
      new ServerUser("_nobody", "$2a$04$" + ".".repeat(53), List.of(), List.of());

  /** A user without the permission to reply. */
  public ServerUser(String name, String password, List<String> publish, List<String> subscribe) {
    this(name, password, publish, subscribe, Optional.empty());
  }

  @Override
  public String toString() {
    return "ServerUser[" + name + "]";
  }
}
