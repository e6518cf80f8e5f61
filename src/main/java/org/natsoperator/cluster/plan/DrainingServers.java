package org.natsoperator.cluster.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.natsoperator.access.PermissionIntersection;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Connz;
import org.natsoperator.config.ServerUser;

/**
 * Servers that are leaving. In lame duck mode nats-server does not reload, and the kubelet's grace
 * period cannot be shortened. It accepts no new clients either, so closing the connections of users
 * that lost permissions revokes them.
 */
public final class DrainingServers {

  private DrainingServers() {}

  /**
   * A server in lame duck mode with users that lost permissions.
   *
   * @param users names of these users; empty if it may be any user
   */
  public record DrainingServer(ObservedServer server, Optional<Set<String>> users) {

    public boolean mustClose(Connz.Connection connection) {
      return users.map(names -> names.contains(connection.user())).orElse(true);
    }
  }

  /**
   * @param confirmed the users that each server confirmed last, by pod UID
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
    if (known == null) {
      return Optional.empty();
    }
    Map<String, ServerUser> users =
        newest.users().stream().collect(Collectors.toMap(ServerUser::name, Function.identity()));
    return Optional.of(
        known.users().stream()
            .filter(user -> !keepsAll(user, users.get(user.name())))
            .map(ServerUser::name)
            .collect(Collectors.toSet()));
  }

  private static boolean keepsAll(ServerUser before, ServerUser now) {
    return now != null
        && now.password().equals(before.password())
        && now.publish().containsAll(before.publish())
        && now.subscribe().containsAll(before.subscribe())
        && PermissionIntersection.ofResponses(before.responses(), now.responses())
            .equals(before.responses());
  }
}
