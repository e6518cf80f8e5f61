package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.kubernetes.Conditions;

/** The condition of a cluster whose servers are not all ready and up to date. */
final class ServersCondition {

  private ServersCondition() {}

  /** Empty if all servers exist, are ready, and have the wanted version and template. */
  static Optional<Condition> unmet(String type, ObservedCluster observed, Rollout rollout) {
    String version =
        ServerVersion.parse(observed.cluster().getSpec().version()).orElseThrow().tag();
    int wanted = observed.cluster().getSpec().size();
    List<ObservedServer> good =
        observed.staying().stream()
            .filter(ObservedServer::ready)
            .filter(server -> server.version().filter(v -> v.tag().equals(version)).isPresent())
            .toList();
    boolean steady = rollout.stage() == Rollout.Stage.STEADY && !observed.templateUnseen();
    if (steady && good.size() == wanted && observed.servers().size() == wanted) {
      return isolated(type, observed);
    }
    // The message contains no number of servers: each new message would be another Event.
    String problems = problems(observed);
    if (!problems.isEmpty()) {
      return Optional.of(Conditions.unmet(type, ClusterReasons.SERVER_FAILS, problems));
    }
    String count =
        "%d of %d servers of version %s are ready".formatted(good.size(), wanted, version);
    return Optional.of(
        Conditions.unmet(type, rollout.stage().reason(), count + next(observed, rollout)));
  }

  private static Optional<Condition> isolated(String type, ObservedCluster observed) {
    String isolated =
        observed.staying().stream()
            .filter(observed::isolated)
            .map(ObservedServer::name)
            .collect(Collectors.joining(", "));
    return isolated.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Conditions.unmet(
                type,
                ClusterReasons.SERVERS_ISOLATED,
                ("%s: no route to some of the other servers; allow traffic between the servers on"
                        + " port %d")
                    .formatted(isolated, Ports.CLUSTER)));
  }

  private static String next(ObservedCluster observed, Rollout rollout) {
    if (observed.cluster().getSpec().isPaused()) {
      return "; spec.paused prevents further changes";
    }
    if (observed.templateUnseen()) {
      return "; waiting for the StatefulSet";
    }
    return rollout.waitingFor().map(server -> "; waiting for " + server).orElse("");
  }

  private static String problems(ObservedCluster observed) {
    Stream<String> ofServers =
        observed.staying().stream()
            .filter(server -> !server.ready())
            .flatMap(
                server -> server.failure().stream().map(problem -> server.name() + ": " + problem));
    Stream<String> ofOthers =
        observed.rejection().stream()
            .map(cause -> "the API server rejects the pod of a server: " + cause);
    return Stream.concat(ofServers, ofOthers).collect(Collectors.joining("; "));
  }
}
