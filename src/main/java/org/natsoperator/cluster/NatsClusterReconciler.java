package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.keys.OrphanedKeyCleanup;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ClusterDecision;
import org.natsoperator.cluster.plan.RequeueDelay;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.FailureLog;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.role.GrantPropagation;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.validation.FieldError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Reconciles a cluster: observe, decide, apply, push, report. Every decision is a pure function of
 * the observed state.
 */
@Component
@ControllerConfiguration(
    name = "natscluster",
    fieldManager = NatsApi.FIELD_MANAGER,
    triggerReconcilerOnAllEvents = true)
class NatsClusterReconciler implements Reconciler<NatsCluster> {

  private static final Logger LOG = LoggerFactory.getLogger(NatsClusterReconciler.class);

  private final ClusterObserver observer;
  private final ClusterApplier applier;
  private final ConfirmedStateCache memory;
  private final OrphanedKeyCleanup orphanedKeyCleanup;
  private final Pusher pusher;
  private final GrantPropagation grantsInForce;
  private final ClusterMetrics meters;
  private final OperatorProperties properties;
  private final ClusterStatusReporter reporter;
  private final TaskScheduler scheduler;
  private final SharedInformers informers;
  private final Leadership leadership;
  private final Clock clock;
  private final ClusterUids uids = new ClusterUids();
  private final UrgentFirst urgentFirst = new UrgentFirst();
  private final RenderingLimit limit = new RenderingLimit();
  private ClusterEventSources caches;
  private Cache<NatsCluster> primaries;

  NatsClusterReconciler(
      ClusterObserver observer,
      ClusterApplier applier,
      ConfirmedStateCache memory,
      OrphanedKeyCleanup orphanedKeyCleanup,
      Pusher pusher,
      GrantPropagation grantsInForce,
      ClusterMetrics meters,
      OperatorProperties properties,
      ClusterStatusReporter reporter,
      TaskScheduler scheduler,
      SharedInformers informers,
      Leadership leadership,
      Clock clock) {
    this.observer = observer;
    this.applier = applier;
    this.memory = memory;
    this.orphanedKeyCleanup = orphanedKeyCleanup;
    this.pusher = pusher;
    this.grantsInForce = grantsInForce;
    this.meters = meters;
    this.properties = properties;
    this.reporter = reporter;
    this.scheduler = scheduler;
    this.informers = informers;
    this.leadership = leadership;
    this.clock = clock;
    leadership.whenEnded(uids::clear);
    leadership.whenEnded(urgentFirst::clear);
  }

  @Override
  public List<EventSource<?, NatsCluster>> prepareEventSources(
      EventSourceContext<NatsCluster> context) {
    caches = new ClusterEventSources(informers, context, scheduler, leadership);
    primaries = context.getPrimaryCache();
    observer.onLoginsChange(caches::loginsChanged);
    return caches.all();
  }

  @Override
  public UpdateControl<NatsCluster> reconcile(NatsCluster cluster, Context<NatsCluster> context) {
    caches.reconciling(cluster, context);
    return leadership.ifHeld(() -> lead(cluster, context), UpdateControl.noUpdate());
  }

  private UpdateControl<NatsCluster> lead(NatsCluster cluster, Context<NatsCluster> context) {
    meters.show(caches::clusters);
    if (context.isPrimaryResourceDeleted()) {
      forgetDeleted(cluster);
      return UpdateControl.noUpdate();
    }
    return caches.reconcileInTurn(cluster, () -> reconcileNow(cluster, context));
  }

  private UpdateControl<NatsCluster> reconcileNow(
      NatsCluster cluster, Context<NatsCluster> context) {
    uids.replace(cluster).ifPresent(this::forget);
    ObservedCluster observed = observer.observe(cluster, caches);
    if (orphanedKeyCleanup.deletedDuringReconciliation(cluster)) {
      return UpdateControl.noUpdate();
    }
    Instant now = clock.instant();
    return limit.within(
        observed.configBytes(), () -> carryOut(memory.decide(observed, now), observed, context));
  }

  /** Applies permissions first, and revocations before everything else. */
  private UpdateControl<NatsCluster> carryOut(
      ClusterDecision decision, ObservedCluster observed, Context<NatsCluster> context) {
    List<FieldError> errors = new ArrayList<>(decision.errors());
    errors.addAll(applier.apply(decision.filesToKeep(observed), observed, context));
    DeferredFailures attempts = new DeferredFailures();
    attempts.run(
        () -> errors.addAll(applier.apply(decision.filesToRestore(observed), observed, context)));
    attempts.run(() -> pusher.push(decision, observed));
    boolean revoking = pusher.revokeOnDrainingServers(decision, observed);
    reportToRoles(decision, observed);
    attempts.end();
    boolean urgent = revoking || !decision.plan().confirmed();
    if (observed.isBeingDeleted()) {
      reporter.reportMistakes(decision, observed, context);
    } else if (urgentFirst.othersDue(uid(observed.cluster()), urgent, clock.instant())) {
      applyAndReport(decision, observed, errors, urgent, context);
    }
    return UpdateControl.<NatsCluster>noUpdate()
        .rescheduleAfter(RequeueDelay.in(observed, decision.plan(), revoking, clock.instant()));
  }

  /** A revocation takes effect at once, even if the API server rejects other requests. */
  private void applyAndReport(
      ClusterDecision decision,
      ObservedCluster observed,
      List<FieldError> errors,
      boolean urgent,
      Context<NatsCluster> context) {
    NatsCluster cluster = observed.cluster();
    try {
      errors.addAll(applyOthers(decision, observed, context));
      ObservedCluster changed = observer.afterApply(observed, caches);
      reporter.report(cluster, decision.status(changed, errors, clock.instant()), context);
      urgentFirst.succeeded(uid(cluster));
    } catch (KubernetesClientException e) {
      if (!urgent) {
        throw e;
      }
      urgentFirst.failed(uid(cluster), clock.instant());
      reportFailure(cluster, context, e);
    }
  }

  /** Reports a permanent rejection, such as an exceeded quota, in the status of the cluster. */
  @Override
  public ErrorStatusUpdateControl<NatsCluster> updateErrorStatus(
      NatsCluster cluster, Context<NatsCluster> context, Exception failure) {
    leadership.runIfHeld(() -> reportFailure(cluster, context, failure));
    return ErrorStatusUpdateControl.noStatusUpdate();
  }

  private void reportFailure(NatsCluster cluster, Context<NatsCluster> context, Exception failure) {
    FailureLog.reconciliation(LOG, cluster, failure);
    ApiErrors.permanentError(failure)
        .map(message -> new FieldError("spec", "the API server rejected a request: " + message))
        .ifPresent(refusal -> reporter.refused(cluster, refusal, context));
  }

  private List<FieldError> applyOthers(
      ClusterDecision decision, ObservedCluster observed, Context<NatsCluster> context) {
    List<HasMetadata> objects = new ArrayList<>(decision.filesToAdd(observed));
    objects.addAll(decision.objects(properties.networkPolicy(), properties.serverImages()));
    List<FieldError> errors = applier.apply(objects, observed, context);
    if (decision.mayChange()) {
      objects.addAll(decision.files());
      applier.deleteOthers(objects, observed);
      reporter.scaled(observed, decision.rollout().replicas());
      Optional<ObservedServer> restart =
          decision.restart().filter(server -> applier.templateMatched(objects, observed, context));
      restart.ifPresent(applier::restart);
      restart.ifPresent(server -> reporter.restarted(observed.cluster(), server));
    }
    return errors;
  }

  /** Surplus servers count too; they may stay for long while the cluster is paused. */
  private void reportToRoles(ClusterDecision decision, ObservedCluster observed) {
    NatsCluster cluster = observed.cluster();
    int servers = Math.max(cluster.getSpec().size(), observed.staying().size());
    grantsInForce.report(
        uid(cluster),
        new GrantPropagation.Report(
            servers,
            memory.haveAnswered(uid(cluster), observed.staying()),
            memory.logins(uid(cluster), observed.staying()),
            decision.users().unbound(),
            decision.users().limited()));
    meters.report(observed, decision.plan().refused(observed, clock.instant()));
  }

  /** The object may be a newer cluster of this name; only the primary cache is up to date. */
  private void forgetDeleted(NatsCluster cluster) {
    if (primaries.list(other -> uid(other).equals(uid(cluster))).findAny().isEmpty()) {
      uids.remove(cluster);
      forget(uid(cluster));
    }
  }

  private void forget(String clusterUid) {
    memory.forget(clusterUid);
    grantsInForce.forget(clusterUid);
    meters.forget(clusterUid);
    urgentFirst.forget(clusterUid);
    applier.forget(clusterUid);
    // Delete again: a concurrent reconciliation may have recreated the keys.
    orphanedKeyCleanup.ended(clusterUid);
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }
}
