package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ClusterConditions;
import org.natsoperator.cluster.plan.ClusterDecision;
import org.natsoperator.cluster.plan.ManagedCondition;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.StatusPatch;
import org.natsoperator.validation.FieldError;
import org.springframework.stereotype.Component;

/** Reports the state of a cluster in its status, and changes that matter to a user as Events. */
@Component
class ClusterStatusReporter {

  private static final StatusPatch<NatsCluster, NatsClusterStatus> PATCH =
      new StatusPatch<>(
          NatsCluster::new, NatsClusterStatus::conditions, NatsClusterStatus::withConditions);

  private static final String NO_CONDITIONS = "{\"status\": {\"conditions\": null}}";

  private final Events events;
  private final ForeignFieldRemover foreignFields;
  private final Clock clock;

  ClusterStatusReporter(Events events, ForeignFieldRemover foreignFields, Clock clock) {
    this.events = events;
    this.foreignFields = foreignFields;
    this.clock = clock;
  }

  /** Writes the status, and emits Events for new warnings and for a cluster that became ready. */
  void report(NatsCluster cluster, NatsClusterStatus decided, Context<NatsCluster> context) {
    NatsClusterStatus status =
        ManagedCondition.withForeignFields(decided, foreignFields.addedAgain(cluster));
    removeConditionsOfGoOperator(cluster, context);
    if (!PATCH.apply(cluster, status, clock.instant(), context)) {
      return;
    }
    List<Condition> before = PATCH.conditionsOf(cluster);
    ClusterConditions.warnings(status)
        .filter(
            condition -> before.stream().noneMatch(old -> ClusterConditions.same(old, condition)))
        .forEach(condition -> events.warn(cluster, condition.getReason(), condition.getMessage()));
    ClusterConditions.nowReady(before, status)
        .ifPresent(
            condition -> events.inform(cluster, condition.getReason(), condition.getMessage()));
  }

  /**
   * Keeps the last status of a cluster that is being deleted, unless its spec is or was invalid.
   */
  void reportMistakes(
      ClusterDecision decision, ObservedCluster observed, Context<NatsCluster> context) {
    NatsCluster cluster = observed.cluster();
    if (!decision.errors().isEmpty() || ClusterConditions.isInvalid(cluster)) {
      report(cluster, decision.status(observed, decision.errors(), clock.instant()), context);
    }
  }

  /**
   * Only this operator sets the observed generation. The Go operator left conditions of other
   * types, and several of one type, which a server-side apply would keep.
   */
  private static void removeConditionsOfGoOperator(
      NatsCluster cluster, Context<NatsCluster> context) {
    if (cluster.getStatus() != null && cluster.getStatus().observedGeneration() == null) {
      ApiErrors.ignoreNotFound(
          () ->
              context
                  .getClient()
                  .resource(cluster)
                  .subresource("status")
                  .patch(PatchContext.of(PatchType.JSON_MERGE), NO_CONDITIONS));
    }
  }

  /** Reports that the API server rejected a request permanently. */
  void refused(NatsCluster cluster, FieldError refusal, Context<NatsCluster> context) {
    events.warn(cluster, ClusterReasons.REFUSED, refusal.message());
    removeConditionsOfGoOperator(cluster, context);
    PATCH.apply(cluster, ClusterConditions.refused(cluster, refusal), clock.instant(), context);
  }

  /** Emits an Event if the number of replicas in the StatefulSet has changed. */
  void scaled(ObservedCluster observed, int replicas) {
    Optional<Integer> before = observed.statefulSet().map(set -> set.getSpec().getReplicas());
    if (before.filter(count -> count != replicas).isPresent()) {
      events.inform(
          observed.cluster(),
          before.get() < replicas ? ClusterReasons.SCALING_UP : ClusterReasons.SCALING_DOWN,
          "scaling from %d to %d servers; spec.size is %d"
              .formatted(before.get(), replicas, observed.cluster().getSpec().size()));
    }
  }

  /** Emits an Event about the restart of a server. */
  void restarted(NatsCluster cluster, ObservedServer server) {
    events.inform(
        cluster,
        ClusterReasons.ROLLING_OUT,
        "restarting %s (version %s) to apply version %s, nats.io/restartedAt or other settings"
            .formatted(
                server.name(),
                server.version().map(ServerVersion::tag).orElse("unknown"),
                cluster.getSpec().version()));
  }
}
