package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.natsoperator.config.ServerConfig;

/** The operator's user in the system account, whose users see all events of the cluster. */
final class OperatorAccount implements ServerFeature {

  static final String NAME = "$SYS";

  private static final String ACCOUNTS = "accounts";

  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    if (config.version().answersOperator()) {
      natsConf
          .putObject(ACCOUNTS)
          .putObject(NAME)
          .putArray("users")
          .addObject()
          .put("nkey", config.keys().operator());
    }
  }

  @Override
  public Set<String> reloadable() {
    return Set.of(ACCOUNTS);
  }
}
