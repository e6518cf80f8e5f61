package org.natsoperator.config;

/**
 * The keys that a server needs to trust the operator and the other servers.
 *
 * @param operator public nkey of the operator in the system account, {@code U…}
 * @param routePassword keeps other programs from connecting to the route port as a server
 */
public record ClusterKeys(String operator, String routePassword) {

  /** User name in route connections. */
  public static final String ROUTE_USER = "server";

  @Override
  public String toString() {
    return "ClusterKeys[" + operator + "]";
  }
}
