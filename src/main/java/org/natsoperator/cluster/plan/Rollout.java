package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.config.ServerVersion;

/**
 * The next step from the servers there are to those there must be: one server at a time, each only
 * when all others are ready and have confirmed who may log in. A server in lame duck takes no
 * revocation any more, so it must have the newest grants before. A new cluster starts all its
 * servers at once.
 *
 * <p>A server that does not work costs nobody anything, so it goes first and waits for no other:
 * that is how a rollout that failed goes on once the spec is mended.
 *
 * @param replicas how many servers the StatefulSet is to run now
 * @param restart the server that makes way for one of the newest template
 * @param waitingFor the server that the next step waits for
 */
public record Rollout(
    int replicas, Stage stage, Optional<ObservedServer> restart, Optional<String> waitingFor) {

  /** What is being done to the servers, as the cluster's status calls it. */
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
   * @param pushes where each server stands with its configuration, by pod UID
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

  /** All that the decision looks at. */
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
          firstOf(
              unsettled(replicas), broken.isPresent() ? starting() : unconfirmed(server -> true));
      Optional<ObservedServer> restart =
          obstacle.isPresent() ? Optional.empty() : Optional.of(next);
      return new Rollout(replicas, Stage.ROLLING_OUT, restart, obstacle);
    }

    /** The StatefulSet takes the last server away. */
    private Optional<String> obstacleToRemoval(int replicas) {
      ObservedServer last = servers(server -> true).stream().findFirst().orElse(null);
      boolean harmless = last == null || broken(last);
      return firstOf(
          unsettled(replicas),
          harmless ? Optional.empty() : unconfirmed(server -> server == last || !broken(server)));
    }

    private Optional<String> obstacleToAddition(int replicas) {
      return firstOf(
          unsettled(replicas),
          servers(server -> true).stream()
              .limit(1)
              .filter(last -> !calm(last))
              .map(ObservedServer::name)
              .findFirst());
    }

    /** A step that was taken before is still under way. */
    private Optional<String> unsettled(int replicas) {
      Optional<String> leaving =
          observed.servers().stream()
              .filter(ObservedServer::leaving)
              .map(ObservedServer::name)
              .findFirst();
      boolean seen =
          set.getStatus() != null
              && set.getMetadata().getGeneration().equals(set.getStatus().getObservedGeneration())
              && servers(server -> true).size() == replicas;
      return leaving.or(() -> seen ? Optional.empty() : Optional.of("the StatefulSet"));
    }

    /** A server of the newest template that does not work yet, or not at all. */
    private Optional<String> starting() {
      return servers(server -> !mustRestart(server) && !calm(server)).stream()
          .map(ObservedServer::name)
          .findFirst();
    }

    private Optional<String> unconfirmed(Predicate<ObservedServer> of) {
      return servers(of.and(server -> !calm(server))).stream()
          .map(ObservedServer::name)
          .findFirst();
    }

    private List<ObservedServer> servers(Predicate<ObservedServer> which) {
      return observed.servers().stream()
          .filter(server -> !server.leaving())
          .filter(which)
          .sorted(Comparator.comparingInt(ObservedServer::ordinal).reversed())
          .toList();
    }

    /** Servers of some old versions look for others no more once they have given up. */
    private boolean mustRestart(ObservedServer server) {
      return outdated(server)
          || observed.isolated(server)
              && server.version().filter(ServerVersion::forgetsRoutesOnReload).isPresent();
    }

    private boolean outdated(ObservedServer server) {
      return set.getStatus() != null
          && set.getMetadata().getGeneration().equals(set.getStatus().getObservedGeneration())
          && !server.isOfTemplate(set.getStatus().getUpdateRevision());
    }

    /** It serves nobody, misses other servers, or refuses to learn who may log in. */
    private boolean broken(ObservedServer server) {
      Push push = pushes.get(server.uid());
      return !server.ready() || observed.isolated(server) || server.refuses(push, now);
    }

    private boolean calm(ObservedServer server) {
      Push push = pushes.get(server.uid());
      boolean learnsByRestart = outdated(server) && server.reloadedBy().isEmpty();
      return server.ready()
          && observed.routed(server)
          && (learnsByRestart || push != null && push.confirmed());
    }

    private static Optional<String> firstOf(Optional<String> one, Optional<String> other) {
      return one.or(() -> other);
    }
  }
}
