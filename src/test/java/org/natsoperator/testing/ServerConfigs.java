package org.natsoperator.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.NKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.ServerUser;

/** Configurations as the operator writes them, for a single server. */
public final class ServerConfigs {

  private ServerConfigs() {}

  public static ObjectNode withUsers(String version, List<ServerUser> users) {
    return ServerFeatures.natsConf(
        ServerConfigFixture.of(version)
            .users(users)
            .keys(new ClusterKeys(publicKey(), "route-password"))
            .build());
  }

  private static String publicKey() {
    try {
      return new String(NKey.createUser(null).getPublicKey());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
