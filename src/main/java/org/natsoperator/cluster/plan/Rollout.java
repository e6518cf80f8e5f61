package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.cluster.resources.ForeignFields;
import org.natsoperator.config.ServerVersion;

/**
 * The next step of scaling or rolling out. It changes one server at a time, and only while all
 * others are ready and have confirmed the newest users. A server in lame duck mode does not reload,
 * so it must have the newest grants before. A new cluster starts all its servers at once.
 *
 * <p>A server that does not work is replaced first and does not wait for the others. So a failed
 * rollout continues once the spec is corrected.
 *
 * @param replicas for the StatefulSet
 * @param restart the server to replace with one of the newest template
 * @param waitingFor the server or component that the next step waits for
 */
public record Rollout(
    int replicas, Stage stage, Optional<ObservedServer> restart, Optional<String> waitingFor) {

  enum Stage {
    STEADY(ClusterReasons.SERVERS_NOT_READY),
    SCALING_DOWN(ClusterReasons.SCALING_DOWN),
    ROLLING_OUT(ClusterReasons.ROLLING_OUT),
    SCALING_UP(ClusterReasons.SCALING_UP);

    private final String reason;

    Stage(String reason) {
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /**
   * @param pushes by pod UID
   */
  static Rollout of(ObservedCluster observed, Map<String, Push> pushes, Instant now) {
    int wanted = observed.cluster().getSpec().size();
    Optional<StatefulSet> set =
        observed.statefulSet().filter(found -> ChildMetadata.ownedBy(found, observed.cluster()));
    int replicas = set.map(found -> found.getSpec().getReplicas()).orElse(0);
    if (replicas == 0) {
      return new Rollout(wanted, Stage.STEADY, Optional.empty(), Optional.empty());
    }
    return new Step(observed, set.orElseThrow(), pushes, now).next(replicas, wanted);
  }

  private record Step(
      ObservedCluster observed, StatefulSet set, Map<String, Push> pushes, Instant now) {

    Rollout next(int replicas, int wanted) {
      if (replicas > wanted) {
        return resize(Stage.SCALING_DOWN, replicas, replicas - 1, obstacleToRemoval(replicas));
      }
      List<ObservedServer> outdated = servers(this::mustRestart);
      if (!outdated.isEmpty()) {
        return replace(replicas, outdated);
      }
      if (replicas < wanted) {
        return resize(Stage.SCALING_UP, replicas, replicas + 1, obstacleToAddition(replicas));
      }
      return new Rollout(replicas, Stage.STEADY, Optional.empty(), Optional.empty());
    }

    private static Rollout resize(Stage stage, int from, int to, Optional<String> obstacle) {
      return new Rollout(obstacle.isPresent() ? from : to, stage, Optional.empty(), obstacle);
    }

    private Rollout replace(int replicas, List<ObservedServer> outdated) {
      Optional<ObservedServer> broken = outdated.stream().filter(this::broken).findFirst();
      ObservedServer next = broken.orElse(outdated.getFirst());
      Optional<String> obstacle =
          unsettled(replicas)
              .or(() -> unconfirmed(server -> broken.isEmpty() || !mustRestart(server)))
              .or(() -> TokenSwitch.obstacleToReplacing(next, observed));
      Optional<ObservedServer> restart =
          obstacle.isPresent() ? Optional.empty() : Optional.of(next);
      return new Rollout(replicas, Stage.ROLLING_OUT, restart, obstacle);
    }

    /** The StatefulSet removes the last server. */
    private Optional<String> obstacleToRemoval(int replicas) {
      ObservedServer last = servers(server -> true).stream().findFirst().orElse(null);
      return last == null || broken(last)
          ? unsettled(replicas)
          : unsettled(replicas).or(() -> unconfirmed(server -> server == last || !broken(server)));
    }

    private Optional<String> obstacleToAddition(int replicas) {
      return unsettled(replicas)
          .or(
              () ->
                  servers(server -> true).stream()
                      .findFirst()
                      .filter(last -> !calm(last))
                      .map(ObservedServer::name));
    }

    /** Name of the object that an earlier step still waits for. */
    private Optional<String> unsettled(int replicas) {
      Optional<String> leaving =
          observed.servers().stream()
              .filter(ObservedServer::leaving)
              .map(ObservedServer::name)
              .findFirst();
      boolean seen = !observed.templateUnseen() && observed.staying().size() == replicas;
      return leaving.or(() -> seen ? Optional.empty() : Optional.of("the StatefulSet"));
    }

    /** The highest of these servers that does not work or lacks the newest users. */
    private Optional<String> unconfirmed(Predicate<ObservedServer> of) {
      return servers(of.and(server -> !calm(server))).stream()
          .map(ObservedServer::name)
          .findFirst();
    }

    private List<ObservedServer> servers(Predicate<ObservedServer> which) {
      return observed.staying().stream()
          .filter(which)
          .sorted(Comparator.comparingInt(ObservedServer::ordinal).reversed())
          .toList();
    }

    /** Servers of some old versions stop reconnecting to others after some time. */
    private boolean mustRestart(ObservedServer server) {
      return outdated(server)
          || observed.isolated(server)
              && server.version().filter(ServerVersion::forgetsRoutesOnReload).isPresent();
    }

    /**
     * The revision of the StatefulSet controller also shows pods of a template that another client
     * changed and the operator restored. While a foreign field stays in the template, only the
     * operator's own revision counts.
     */
    private boolean outdated(ObservedServer server) {
      return !observed.templateUnseen()
          && !server.isOfTemplate(set.getStatus().getUpdateRevision())
          && !(ForeignFields.changeTemplate(set) && server.wasRenderedAs(set));
    }

    /** Not ready, without a route to another server, or refuses the newest users. */
    private boolean broken(ObservedServer server) {
      Push push = pushes.get(server.uid());
      return !server.ready()
          || observed.isolated(server)
          || push != null && push.refusedBy(server, now);
    }

    private boolean calm(ObservedServer server) {
      Push push = pushes.get(server.uid());
      boolean learnsByRestart = outdated(server) && server.reloadedBy().isEmpty();
      return server.ready()
          && observed.routed(server)
          && (learnsByRestart || push != null && push.confirmed());
    }
  }
}
