package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.DesiredCluster.ReloadedBy;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.Refusal;
import org.natsoperator.role.GrantsInForce;
import org.natsoperator.role.Problem;
import org.springframework.stereotype.Component;

/** Observe, decide, apply, push, report. Everything that decides is a pure function of what was observed. */
@Component
@ControllerConfiguration(
    name = "natscluster",
    fieldManager = "nats-operator",
    triggerReconcilerOnAllEvents = true)
class NatsClusterReconciler implements Reconciler<NatsCluster> {

  private static final Duration WHILE_PUSHING = Duration.ofMillis(50);
  private static final Duration WHILE_WAITING = Duration.ofSeconds(1);
  private static final Duration HOT = Duration.ofSeconds(3);
  private static final Duration WHEN_ALL_IS_WELL = Duration.ofMinutes(1);

  private final ClusterObserver observer;
  private final ClusterApplier applier;
  private final ClusterMemory memory;
  private final OperatorKeys keys;
  private final SystemAccount systemAccount;
  private final GrantsInForce grantsInForce;
  private final Events events;
  private final Clock clock;
  private final AtomicBoolean swept = new AtomicBoolean();
  private ClusterEventSources caches;

  NatsClusterReconciler(
      ClusterObserver observer,
      ClusterApplier applier,
      ClusterMemory memory,
      OperatorKeys keys,
      SystemAccount systemAccount,
      GrantsInForce grantsInForce,
      Events events,
      Clock clock) {
    this.observer = observer;
    this.applier = applier;
    this.memory = memory;
    this.keys = keys;
    this.systemAccount = systemAccount;
    this.grantsInForce = grantsInForce;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, NatsCluster>> prepareEventSources(
      EventSourceContext<NatsCluster> context) {
    caches = new ClusterEventSources(context);
    return caches.all();
  }

  @Override
  public UpdateControl<NatsCluster> reconcile(NatsCluster cluster, Context<NatsCluster> context) {
    if (swept.compareAndSet(false, true)) {
      keys.keepOnly(caches.clusterUids());
    }
    if (context.isPrimaryResourceDeleted()) {
      forget(cluster.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    if (cluster.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    ObservedCluster observed = observer.observe(cluster, caches);
    ClusterDecision decision = ClusterDecision.of(observed, memory.pushes(uid(cluster)), clock.instant());
    apply(decision, observed, context);
    push(decision, observed);
    return report(decision, observed);
  }

  /** What the API server refuses for good, such as a quota that is used up, is told on the cluster. */
  @Override
  public ErrorStatusUpdateControl<NatsCluster> updateErrorStatus(
      NatsCluster cluster, Context<NatsCluster> context, Exception failure) {
    Optional<Problem> refusal =
        Refusal.in(failure).map(message -> new Problem("spec", "the API server refused: " + message));
    if (refusal.isEmpty()) {
      return ErrorStatusUpdateControl.noStatusUpdate();
    }
    events.warn(cluster, "Refused", refusal.get().toString());
    return patch(cluster, ClusterConditions.refused(cluster, refusal.get()))
        .map(ErrorStatusUpdateControl::patchStatus)
        .orElseGet(ErrorStatusUpdateControl::noStatusUpdate);
  }

  private void apply(ClusterDecision decision, ObservedCluster observed, Context<NatsCluster> context) {
    List<HasMetadata> objects = decision.objects();
    applier.apply(objects, observed, context);
    if (decision.problems().isEmpty()) {
      applier.deleteOthers(objects, observed);
    }
  }

  private void push(ClusterDecision decision, ObservedCluster observed) {
    Map<String, PushStep> steps = decision.plan().steps();
    for (ObservedServer server : observed.servers()) {
      PushStep step = steps.get(server.uid());
      if (step != null && step.poke()) {
        applier.poke(server, step.push());
      }
      if (step != null && !step.push().confirmed() && reloadedByUs(observed, server)) {
        systemAccount.reload(observed.cluster(), server);
      }
    }
    memory.remember(uid(observed.cluster()), decision.plan().pushes());
  }

  private static boolean reloadedByUs(ObservedCluster observed, ObservedServer server) {
    return server.varz().isPresent()
        && server
            .version()
            .flatMap(version -> DesiredCluster.reloadedBy(observed.cluster(), version))
            .filter(ReloadedBy.OPERATOR::equals)
            .isPresent();
  }

  private UpdateControl<NatsCluster> report(ClusterDecision decision, ObservedCluster observed) {
    NatsCluster cluster = observed.cluster();
    Map<String, Push> pushes = decision.plan().pushes();
    grantsInForce.report(
        uid(cluster),
        new GrantsInForce.Report(
            cluster.getSpec().size(),
            memory.confirmed(uid(cluster), pushes, decision.logins().grants()).values(),
            decision.logins().unbound()));
    NatsClusterStatus status = decision.status(observed, clock.instant());
    return update(cluster, status, decision).rescheduleAfter(nextLook(decision.plan()));
  }

  private Duration nextLook(PushPlan plan) {
    Instant hotSince = clock.instant().minus(HOT);
    if (plan.confirmed()) {
      return WHEN_ALL_IS_WELL;
    }
    boolean hot = plan.pushes().values().stream().anyMatch(push -> push.lastAt().isAfter(hotSince));
    return hot ? WHILE_PUSHING : WHILE_WAITING;
  }

  private UpdateControl<NatsCluster> update(
      NatsCluster cluster, NatsClusterStatus status, ClusterDecision decision) {
    Optional<NatsCluster> patch = patch(cluster, status);
    if (patch.isPresent() && !decision.problems().isEmpty()) {
      events.warn(cluster, "Invalid", Problem.join(decision.problems()));
    }
    return patch.map(UpdateControl::patchStatus).orElseGet(UpdateControl::noUpdate);
  }

  /** The patch that tells a status; empty if it is told already. */
  private Optional<NatsCluster> patch(NatsCluster cluster, NatsClusterStatus fresh) {
    NatsClusterStatus before = cluster.getStatus();
    NatsClusterStatus status =
        fresh.withConditions(
            Conditions.dated(
                fresh.conditions(),
                before == null ? List.of() : before.conditions(),
                cluster.getMetadata().getGeneration(),
                clock.instant()));
    if (status.equals(before)) {
      return Optional.empty();
    }
    NatsCluster patch = new NatsCluster();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(cluster.getMetadata().getName())
            .withNamespace(cluster.getMetadata().getNamespace())
            .build());
    patch.setSpec(null);
    patch.setStatus(status);
    return Optional.of(patch);
  }

  private void forget(String clusterUid) {
    keys.forget(clusterUid);
    memory.forget(clusterUid);
    grantsInForce.forget(clusterUid);
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }
}
