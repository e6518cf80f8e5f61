package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;

/** The server's name, its ports, and the routes to the other servers. */
final class Listeners implements ServerFeature {

  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    if (config.version().knowsServerName()) {
      natsConf.put(ServerConfigFile.SERVER_NAME, ServerConfigFile.SERVER_NAME_VARIABLE);
    }
    natsConf.put("port", Ports.CLIENT);
    natsConf.put("http_port", Ports.MONITORING);
    ObjectNode cluster = natsConf.putObject("cluster");
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
  }

  @Override
  public Set<String> reloadable() {
    return Set.of(ServerConfigFile.ROUTES);
  }
}
