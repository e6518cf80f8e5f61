package org.natsoperator.config;

import java.util.Optional;
import org.natsoperator.api.CalloutKeys;

/**
 * The keys that a server needs to trust the operator and the other servers.
 *
 * @param operator public nkey of the operator in the system account, {@code U…}
 * @param routePassword keeps other programs from connecting to the route port as a server
 * @param callout only for a cluster whose servers ask about logins
 */
public record ClusterKeys(String operator, String routePassword, Optional<CalloutKeys> callout) {

  /** User name in route connections. */
  public static final String ROUTE_USER = "server";

  /** The keys of a cluster whose servers do not ask about logins. */
  public ClusterKeys(String operator, String routePassword) {
    this(operator, routePassword, Optional.empty());
  }

  /** The same keys with other ones for the auth callout. */
  public ClusterKeys withCallout(Optional<CalloutKeys> keys) {
    return new ClusterKeys(operator, routePassword, keys);
  }

  @Override
  public String toString() {
    return "ClusterKeys[" + operator + "]";
  }
}
