package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.natsoperator.config.ServerConfig;

/** All features of a server. */
public final class ServerFeatures {

  /**
   * The order is that of the keys in nats.conf and of the errors that a user sees. Another order of
   * keys that need a restart would restart the servers when the operator is upgraded.
   */
  public static final List<ServerFeature> ALL =
      List.of(
          new Listeners(),
          new NatsConfigKeys(),
          new LameDuck(),
          new ServiceAccountUsers(),
          new AuthCallout(),
          new OperatorAccount(),
          new PodSettings(),
          new Placement(),
          new ConfigReload(),
          new MetricsExporter());

  private static final Set<String> RELOADABLE =
      ALL.stream()
          .flatMap(feature -> feature.reloadable().stream())
          .collect(Collectors.toUnmodifiableSet());

  private ServerFeatures() {}

  /** The configuration as a tree. */
  public static ObjectNode natsConf(ServerConfig config) {
    ObjectNode natsConf = JsonNodeFactory.instance.objectNode();
    ALL.forEach(feature -> feature.configure(config, natsConf));
    return natsConf;
  }

  /** Whether servers with this configuration have the operator with this nkey as a user. */
  public static boolean admitsOperator(ObjectNode natsConf, String nkey) {
    return OperatorAccount.hasUser(natsConf, nkey);
  }

  /** The configuration for servers that still have a list of users instead of the callout. */
  public static ObjectNode withUsers(ServerConfig config, ObjectNode natsConf) {
    ObjectNode copy = natsConf.deepCopy();
    new ServiceAccountUsers().configure(config, copy);
    return copy;
  }

  /** Keys of nats.conf that a running server reloads; {@code block.key} for one inside a block. */
  public static Set<String> reloadable() {
    return RELOADABLE;
  }
}
