package org.natsoperator.cluster.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.api.Endpoints;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.ServerStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ChildNames;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerVersion;

/** The servers and addresses of a cluster as its status shows them. */
final class ServerStatuses {

  private ServerStatuses() {}

  /**
   * @param pushes by pod UID
   */
  static List<ServerStatus> of(ObservedCluster observed, Map<String, Push> pushes) {
    return observed.servers().stream()
        .sorted(Comparator.comparingInt(ObservedServer::ordinal))
        .map(server -> of(server, Optional.ofNullable(pushes.get(server.uid()))))
        .toList();
  }

  private static ServerStatus of(ObservedServer server, Optional<Push> push) {
    return new ServerStatus(
        server.name(),
        server.version().map(ServerVersion::tag).orElse(null),
        server.ready(),
        push.filter(Push::confirmed).isPresent());
  }

  static Endpoints endpoints(NatsCluster cluster) {
    ChildNames names = ChildNames.of(cluster);
    boolean metrics = Boolean.TRUE.equals(cluster.getSpec().pod().enableMetrics());
    return new Endpoints(
        "nats://%s:%d".formatted(names.clientHost(), Ports.CLIENT),
        "http://%s:%d".formatted(names.managementHost(), Ports.MONITORING),
        metrics ? "http://%s:%d/metrics".formatted(names.managementHost(), Ports.METRICS) : null);
  }
}
