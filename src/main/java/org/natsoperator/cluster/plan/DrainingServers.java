package org.natsoperator.cluster.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.natsoperator.cluster.server.Connz;
import org.natsoperator.config.ServerUser;

/**
 * Servers that are leaving. In lame duck mode nats-server takes no file any more, and a kubelet
 * that already waits for it cannot be made to wait less. But it takes no new clients either, so
 * whoever lost rights in the meantime is out once his connections are closed.
 */
public final class DrainingServers {

  private DrainingServers() {}

  /**
   * A server in lame duck mode with clients that may no longer do what they can do there.
   *
   * @param users names of these users; empty if all are suspect
   */
  public record DrainingServer(ObservedServer server, Optional<Set<String>> users) {

    public boolean mustClose(Connz.Connection connection) {
      return users.map(names -> names.contains(connection.user())).orElse(true);
    }
  }

  /**
   * @param confirmed the logins that each server confirmed last, by pod UID; a server that is not
   *     in it may know any
   */
  public static List<DrainingServer> withRevoked(
      ObservedCluster observed, Map<String, ServerUsers> confirmed, ServerUsers newest) {
    return observed.servers().stream()
        .filter(ObservedServer::leaving)
        .filter(server -> server.varz().isPresent())
        .map(server -> new DrainingServer(server, revoked(confirmed.get(server.uid()), newest)))
        .filter(draining -> draining.users().map(names -> !names.isEmpty()).orElse(true))
        .toList();
  }

  private static Optional<Set<String>> revoked(ServerUsers known, ServerUsers newest) {
    if (known == null || known == newest) {
      return known == null ? Optional.empty() : Optional.of(Set.of());
    }
    Map<String, ServerUser> users =
        newest.users().stream().collect(Collectors.toMap(ServerUser::name, Function.identity()));
    Set<String> revoked = new HashSet<>();
    for (ServerUser user : known.users()) {
      if (!keepsAll(user, Optional.ofNullable(users.get(user.name())))) {
        revoked.add(user.name());
      }
    }
    return Optional.of(revoked);
  }

  private static boolean keepsAll(ServerUser before, Optional<ServerUser> now) {
    return now.filter(user -> user.password().equals(before.password()))
        .filter(user -> user.publish().containsAll(before.publish()))
        .filter(user -> user.subscribe().containsAll(before.subscribe()))
        .isPresent();
  }
}
