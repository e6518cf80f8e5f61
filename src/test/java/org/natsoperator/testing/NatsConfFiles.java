package org.natsoperator.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.config.ServerConfigFile;

/** The files nats.conf of a cluster, by the name of their Secret. */
final class NatsConfFiles {

  private NatsConfFiles() {}

  static Map<String, ServerConfigFile> of(String cluster, Sandbox sandbox) {
    return sandbox
        .client()
        .secrets()
        .inNamespace(sandbox.namespace())
        .withLabel("nats_cluster", cluster)
        .list()
        .getItems()
        .stream()
        .filter(
            secret ->
                secret.getData() != null && secret.getData().containsKey(ServerConfigFile.KEY))
        .collect(
            Collectors.toMap(
                secret -> secret.getMetadata().getName(),
                secret -> new ServerConfigFile(Sandbox.text(secret, ServerConfigFile.KEY))));
  }

  /** The users of a file. */
  static Stream<ObjectNode> users(ServerConfigFile file) {
    return file.parse().at("/authorization/users").valueStream().map(ObjectNode.class::cast);
  }
}
