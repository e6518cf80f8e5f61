package org.natsoperator.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.NKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigWriter;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;

/** Configurations as the operator writes them, for one server alone. */
public final class ServerConfigs {

  private static final NatsConfig NO_SETTINGS =
      new NatsConfig(null, null, null, null, null, null, null, null, null);

  private ServerConfigs() {}

  public static ObjectNode withUsers(String version, List<ServerUser> users) {
    return ServerConfigWriter.write(
        new ServerConfig(
            ServerVersion.parse(version).orElseThrow(),
            "example-nats",
            NO_SETTINGS,
            NatsClusterSpec.MIN_LAME_DUCK_SECONDS,
            List.of(),
            Optional.of(users),
            new ClusterKeys(publicKey(), "route-password")));
  }

  private static String publicKey() {
    try {
      return new String(NKey.createUser(null).getPublicKey());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
