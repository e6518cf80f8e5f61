package org.natsoperator.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.natsoperator.api.NatsConfig;

/** Writes a {@link ServerConfig}, section by section. */
public final class ServerConfigWriter {

  /** The default of servers from 2.0 on; a CONNECT with a token fits. */
  private static final int CONTROL_LINE = 4096;

  /**
   * Prefix of an unused subject, followed by a hash of the user's name. An empty list would allow
   * everything, and servers before 1.3 have no "deny".
   */
  private static final String NOTHING = "_nothing.";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ServerConfigWriter() {}

  /** The configuration as a tree, to be written by {@link ServerConfigFile}. */
  public static ObjectNode write(ServerConfig config) {
    ObjectNode root = JSON.objectNode();
    if (config.version().knowsServerName()) {
      root.put(ServerConfigFile.SERVER_NAME, ServerConfigFile.SERVER_NAME_VARIABLE);
    }
    root.put("port", Ports.CLIENT);
    root.put("http_port", Ports.MONITORING);
    root.set("cluster", cluster(config));
    writeSettings(root, config);
    writeLameDuck(root, config);
    config.users().ifPresent(users -> root.set("authorization", authorization(users)));
    if (config.version().answersOperator()) {
      root.set("accounts", accounts(config.keys().operator()));
    }
    return root;
  }

  private static ObjectNode cluster(ServerConfig config) {
    ObjectNode cluster = JSON.objectNode();
    if (config.version().knowsClusterName()) {
      cluster.put("name", config.clusterName());
    }
    cluster.put("port", Ports.CLUSTER);
    if (!config.version().forgetsRoutesOnReload()) {
      cluster
          .putObject("authorization")
          .put("user", ClusterKeys.ROUTE_USER)
          .put("password", config.keys().routePassword());
    }
    String login = ClusterKeys.ROUTE_USER + ":" + config.keys().routePassword();
    ArrayNode routes = cluster.putArray("routes");
    config.routes().forEach(address -> routes.add("nats://" + login + "@" + address));
    return cluster;
  }

  private static void writeSettings(ObjectNode root, ServerConfig config) {
    NatsConfig settings = config.settings();
    putIfTrue(root, "debug", settings.debug());
    putIfTrue(root, "trace", settings.trace());
    if (Boolean.TRUE.equals(settings.disableLogtime())) {
      root.put("logtime", false);
    }
    if (settings.writeDeadline() != null && !settings.writeDeadline().isEmpty()) {
      root.put("write_deadline", settings.writeDeadline());
    }
    putIfSet(root, "max_connections", settings.maxConnections());
    putIfSet(root, "max_payload", settings.maxPayload());
    putIfSet(root, "max_pending", settings.maxPending());
    putIfSet(root, "max_subscriptions", settings.maxSubscriptions());
    putIfSet(root, "max_control_line", controlLine(config));
  }

  private static Integer controlLine(ServerConfig config) {
    Integer wanted = config.settings().maxControlLine();
    if (wanted == null || wanted == 0) {
      return config.version().needsLongerControlLine() ? Integer.valueOf(CONTROL_LINE) : null;
    }
    return wanted;
  }

  private static void writeLameDuck(ObjectNode root, ServerConfig config) {
    if (config.version().knowsLameDuck()) {
      root.put("lame_duck_duration", config.lameDuckSeconds() + "s");
    }
    if (config.version().finishesLameDuck()) {
      // Enough time for clients to receive the notice; they reconnect anyway.
      root.put("lame_duck_grace_period", "2s");
    }
  }

  private static ObjectNode authorization(List<ServerUser> users) {
    ArrayNode array = JSON.arrayNode();
    users.forEach(user -> array.add(user(user)));
    array.add(user(ServerUser.NOBODY));
    return JSON.objectNode().set("users", array);
  }

  private static ObjectNode user(ServerUser user) {
    ObjectNode permissions = JSON.objectNode();
    permissions.set("publish", subjects(user, user.publish()));
    permissions.set("subscribe", subjects(user, user.subscribe()));
    ObjectNode node =
        JSON.objectNode().put("username", user.name()).put("password", user.password());
    return node.set("permissions", permissions);
  }

  private static ArrayNode subjects(ServerUser user, List<String> allowed) {
    ArrayNode subjects = JSON.arrayNode();
    allowed.forEach(subjects::add);
    return allowed.isEmpty() ? subjects.add(NOTHING + Hash.shortOf(user.name())) : subjects;
  }

  /** Only the operator is in the system account, whose users see all events of the cluster. */
  private static ObjectNode accounts(String operatorKey) {
    ArrayNode users = JSON.arrayNode().add(JSON.objectNode().put("nkey", operatorKey));
    return JSON.objectNode().set("$SYS", JSON.objectNode().set("users", users));
  }

  private static void putIfTrue(ObjectNode node, String key, Boolean value) {
    if (Boolean.TRUE.equals(value)) {
      node.put(key, true);
    }
  }

  private static void putIfSet(ObjectNode node, String key, Integer value) {
    if (value != null && value != 0) {
      node.put(key, value);
    }
  }
}
