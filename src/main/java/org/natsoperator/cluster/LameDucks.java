package org.natsoperator.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.natsoperator.config.ServerUser;

/**
 * Servers that are leaving. In lame duck mode nats-server takes no file any more, so the rights
 * that a client of it lost in the meantime can only be taken away with the server.
 */
final class LameDucks {

  private LameDucks() {}

  /**
   * The servers that must go at once, without letting go of their clients one by one.
   *
   * @param confirmed the logins that each server confirmed last, by pod UID; a server that is not
   *     in it may know any
   */
  static List<ObservedServer> toEndNow(
      ObservedCluster observed, Map<String, Logins> confirmed, Logins newest) {
    return observed.servers().stream()
        .filter(ObservedServer::leaving)
        .filter(server -> !server.leavesAtOnce())
        .filter(
            server ->
                Optional.ofNullable(confirmed.get(server.uid()))
                    .filter(known -> !takesSomethingAway(known, newest))
                    .isEmpty())
        .toList();
  }

  private static boolean takesSomethingAway(Logins known, Logins newest) {
    if (known == newest) {
      return false;
    }
    Map<String, ServerUser> users =
        newest.users().stream().collect(Collectors.toMap(ServerUser::name, Function.identity()));
    return !known.users().stream()
        .allMatch(user -> keepsAll(user, Optional.ofNullable(users.get(user.name()))));
  }

  private static boolean keepsAll(ServerUser before, Optional<ServerUser> now) {
    return now.filter(user -> user.password().equals(before.password()))
        .filter(user -> user.publish().containsAll(before.publish()))
        .filter(user -> user.subscribe().containsAll(before.subscribe()))
        .isPresent();
  }
}
