package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.plan.ClusterConditions;
import org.natsoperator.cluster.plan.ObservedCluster;
import org.natsoperator.cluster.plan.ObservedServer;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.StatusPatch;
import org.natsoperator.validation.FieldError;
import org.springframework.stereotype.Component;

/** Tells how a cluster is doing: in its status, and by Events what a user should notice. */
@Component
class ClusterStatusReporter {

  private final Events events;
  private final Clock clock;

  ClusterStatusReporter(Events events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /** Tells a status, and what in it is new. */
  void report(NatsCluster cluster, NatsClusterStatus status, Context<NatsCluster> context) {
    if (!update(cluster, status, context)) {
      return;
    }
    List<Condition> before = conditions(cluster);
    ClusterConditions.warnings(status)
        .filter(
            condition -> before.stream().noneMatch(old -> ClusterConditions.same(old, condition)))
        .forEach(condition -> events.warn(cluster, condition.getReason(), condition.getMessage()));
    ClusterConditions.nowReady(before, status)
        .ifPresent(
            condition -> events.inform(cluster, condition.getReason(), condition.getMessage()));
  }

  /** The API server refused something for good. */
  void refused(NatsCluster cluster, FieldError refusal, Context<NatsCluster> context) {
    events.warn(cluster, ClusterReasons.REFUSED, refusal.message());
    update(cluster, ClusterConditions.refused(cluster, refusal), context);
  }

  /** The StatefulSet was told to run another number of servers. */
  void scaled(ObservedCluster observed, int replicas) {
    Optional<Integer> before = observed.statefulSet().map(set -> set.getSpec().getReplicas());
    if (before.filter(count -> count != replicas).isPresent()) {
      events.inform(
          observed.cluster(),
          before.get() < replicas ? ClusterReasons.SCALING_UP : ClusterReasons.SCALING_DOWN,
          "from %d to %d servers; spec.size is %d"
              .formatted(before.get(), replicas, observed.cluster().getSpec().size()));
    }
  }

  /** A server makes way for one of the newest template. */
  void restarted(NatsCluster cluster, ObservedServer server) {
    events.inform(
        cluster,
        ClusterReasons.ROLLING_OUT,
        "restarting %s, which ran version %s, for version %s and what else it cannot reload"
            .formatted(
                server.name(),
                server.version().map(Object::toString).orElse("unknown"),
                cluster.getSpec().version()));
  }

  /** Tells a status; false if it is told already. */
  private boolean update(
      NatsCluster cluster, NatsClusterStatus fresh, Context<NatsCluster> context) {
    NatsClusterStatus status =
        fresh.withConditions(
            Conditions.dated(
                fresh.conditions(),
                conditions(cluster),
                cluster.getMetadata().getGeneration(),
                clock.instant()));
    if (status.equals(cluster.getStatus())) {
      return false;
    }
    NatsCluster patch = new NatsCluster();
    patch.setMetadata(StatusPatch.nameOf(cluster));
    patch.setStatus(status);
    StatusPatch.apply(patch, context);
    return true;
  }

  private static List<Condition> conditions(NatsCluster cluster) {
    return cluster.getStatus() == null ? List.of() : cluster.getStatus().conditions();
  }
}
