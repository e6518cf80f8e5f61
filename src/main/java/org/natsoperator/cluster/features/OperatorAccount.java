package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.natsoperator.config.ServerConfig;

/** The operator's user in the system account, whose users see all events of the cluster. */
final class OperatorAccount implements ServerFeature {

  static final String NAME = "$SYS";

  private static final String ACCOUNTS = "accounts";
  private static final String USERS = "users";
  private static final String NKEY = "nkey";

  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    if (config.version().answersOperator()) {
      natsConf
          .putObject(ACCOUNTS)
          .putObject(NAME)
          .putArray(USERS)
          .addObject()
          .put(NKEY, config.keys().operator());
    }
  }

  static boolean hasUser(ObjectNode natsConf, String nkey) {
    return natsConf
        .path(ACCOUNTS)
        .path(NAME)
        .path(USERS)
        .valueStream()
        .anyMatch(user -> user.path(NKEY).asText().equals(nkey));
  }

  @Override
  public Set<String> reloadable() {
    return Set.of(ACCOUNTS);
  }
}
