package org.natsoperator.config;

/**
 * What a server must know to trust the operator and the other servers.
 *
 * @param operator public nkey of the operator in the system account, {@code U…}
 * @param routePassword what servers show each other; without it whoever reaches the route port
 *     would be a server
 */
public record ClusterKeys(String operator, String routePassword) {

  /** User name of all servers among each other. */
  static final String ROUTE_USER = "server";

  @Override
  public String toString() {
    return "ClusterKeys[" + operator + "]";
  }
}
