package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.EditFilter;
import org.natsoperator.kubernetes.FailureLog;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.token.TokenProof;
import org.natsoperator.token.TokenProver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Issues the token for the ServiceAccount of each role and reports the role's state. The cluster
 * controller configures the servers from the same role and token.
 */
@Component
@ControllerConfiguration(
    name = "natsservicerole",
    fieldManager = NatsApi.FIELD_MANAGER,
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = EditFilter.class))
class NatsServiceRoleReconciler implements Reconciler<NatsServiceRole> {

  private static final Logger LOG = LoggerFactory.getLogger(NatsServiceRoleReconciler.class);

  /** A change is usually in force sooner; an intermediate status would double the requests. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /** A new leader does not decide about all clusters at once. */
  private static final Duration UNREPORTED = Duration.ofSeconds(20);

  /** The operator does not watch foreign Secrets, so it checks again. */
  private static final Duration NAME_TAKEN_PAUSE = Duration.ofMinutes(1);

  private final TokenProver prover;
  private final TokenIssuer issuer;
  private final TokenRotator reissue;
  private final TokenCleanup cleanup;
  private final SecretDemand demand;
  private final GrantPropagation grantsInForce;
  private final RoleMetrics meters;
  private final RoleStatusReporter reporter;
  private final TaskScheduler scheduler;
  private final SharedInformers informers;
  private final Leadership leadership;
  private final Clock clock;
  private final PendingRoles unsettled = new PendingRoles();
  private final PendingRoles unissued = new PendingRoles();
  private RoleEventSources sources;

  NatsServiceRoleReconciler(
      TokenProver prover,
      TokenIssuer issuer,
      TokenRotator reissue,
      TokenCleanup cleanup,
      SecretDemand demand,
      GrantPropagation grantsInForce,
      RoleMetrics meters,
      RoleStatusReporter reporter,
      TaskScheduler scheduler,
      SharedInformers informers,
      Leadership leadership,
      Clock clock) {
    this.prover = prover;
    this.issuer = issuer;
    this.reissue = reissue;
    this.cleanup = cleanup;
    this.demand = demand;
    this.grantsInForce = grantsInForce;
    this.meters = meters;
    this.reporter = reporter;
    this.scheduler = scheduler;
    this.informers = informers;
    this.leadership = leadership;
    this.clock = clock;
    leadership.whenEnded(unsettled::clear);
    leadership.whenEnded(unissued::clear);
  }

  @Override
  public List<EventSource<?, NatsServiceRole>> prepareEventSources(
      EventSourceContext<NatsServiceRole> context) {
    sources = new RoleEventSources(informers, context, scheduler, leadership);
    grantsInForce.onChange(sources::propagationChanged);
    return sources.all();
  }

  @Override
  public UpdateControl<NatsServiceRole> reconcile(
      NatsServiceRole role, Context<NatsServiceRole> context) {
    sources.reconciling(role, context);
    return leadership.ifHeld(() -> lead(role, context), UpdateControl.noUpdate());
  }

  private UpdateControl<NatsServiceRole> lead(
      NatsServiceRole role, Context<NatsServiceRole> context) {
    meters.show(sources::roles);
    if (role.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    ObservedRole observed = sources.observe(role);
    TokenProof proof = proofFor(observed);
    Binding binding = decide(observed, proof).given(demand.isNeeded(observed));
    if (binding instanceof Bound && issuer.recordProof(observed, proof)) {
      observed = sources.observe(role);
    }
    cleanup.deleteObsolete(observed, binding);
    Optional<Duration> pause = reissue.step(observed, binding);
    UpdateControl<NatsServiceRole> control =
        report(observed, issueIfNeeded(observed, binding), context);
    return pause
        .or(() -> SecretDemand.untilNextCheck(sources.observe(role)))
        .filter(next -> control.getScheduleDelay().filter(ms -> ms < next.toMillis()).isEmpty())
        .map(NatsServiceRoleReconciler::requeueAfter)
        .orElse(control);
  }

  /**
   * Reports a permanent failure in the status: a rejected request, such as a token that an
   * admission policy forbids, or a token that cannot be proven.
   */
  @Override
  public ErrorStatusUpdateControl<NatsServiceRole> updateErrorStatus(
      NatsServiceRole role, Context<NatsServiceRole> context, Exception failure) {
    leadership.runIfHeld(() -> reportFailure(role, context, failure));
    return ErrorStatusUpdateControl.noStatusUpdate();
  }

  private void reportFailure(
      NatsServiceRole role, Context<NatsServiceRole> context, Exception failure) {
    FailureLog.reconciliation(LOG, role, failure);
    ApiErrors.permanentError(failure)
        .map(
            message ->
                new Unbound(RoleReasons.REFUSED, "the API server rejected a request: " + message))
        .or(() -> UnprovenTokenException.in(failure))
        .ifPresent(unbound -> reporter.unbound(role, unbound, context));
  }

  private TokenProof proofFor(ObservedRole observed) {
    return prover.proofFor(observed.tokenSecret().stream().toList());
  }

  private Binding decide(ObservedRole observed, TokenProof proof) {
    Binding binding = Binding.of(observed, proof);
    if (!(binding instanceof Bound) || observed.usesPodTokens()) {
      return binding;
    }
    return grantsInForce
        .leftOut(observed.clusterUid(), observed.identity())
        .filter(leftOut -> !leftOut.reason().equals(RoleReasons.TOKEN_MISSING))
        .<Binding>map(leftOut -> leftOut)
        .orElse(binding);
  }

  private Binding issueIfNeeded(ObservedRole observed, Binding binding) {
    if (!(binding instanceof Unissued unissued)) {
      return binding;
    }
    if (!issuer.issue(observed, unissued.cause())) {
      return Binding.nameTaken(observed.secretName());
    }
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(observed.role()))
        .addKeyValue("reason", unissued.why())
        .log("Issued a token");
    ObservedRole issued = sources.observe(observed.role());
    return decide(issued, proofFor(issued)).given(true);
  }

  private UpdateControl<NatsServiceRole> report(
      ObservedRole observed, Binding binding, Context<NatsServiceRole> context) {
    NatsServiceRole role = observed.role();
    if (!(binding instanceof Unissued)) {
      unissued.remove(role);
    }
    return switch (binding) {
      case Unissued missing -> stillUnissued(observed);
      case Unbound unbound -> {
        unsettled.remove(role);
        reporter.unbound(role, unbound, context);
        yield unbound.reason().equals(RoleReasons.SECRET_NAME_TAKEN)
            ? requeueAfter(NAME_TAKEN_PAUSE)
            : UpdateControl.noUpdate();
      }
      case Binding.PodTokens tokens -> podTokens(observed, context);
      case Bound bound when observed.usesPodTokens() -> podTokens(observed, context);
      case Bound bound -> bound(observed, bound, context);
    };
  }

  private UpdateControl<NatsServiceRole> podTokens(
      ObservedRole observed, Context<NatsServiceRole> context) {
    unsettled.remove(observed.role());
    reporter.withPodTokens(sources.observe(observed.role()), context);
    return UpdateControl.noUpdate();
  }

  /** Another replica may have been faster; later this is retried with backoff. */
  private UpdateControl<NatsServiceRole> stillUnissued(ObservedRole observed) {
    if (unissued.isOverdue(observed.role(), SETTLING, clock.instant())) {
      Optional<Secret> latest = sources.observe(observed.role()).tokenSecret();
      throw UnprovenTokenException.of(observed.secretName(), latest);
    }
    return requeueAfter(SETTLING);
  }

  private UpdateControl<NatsServiceRole> bound(
      ObservedRole observed, Bound bound, Context<NatsServiceRole> context) {
    NatsServiceRole role = observed.role();
    Propagation propagation = grantsInForce.propagation(observed.clusterUid(), bound);
    Duration usual = propagation.isReported() ? SETTLING : UNREPORTED;
    if (!propagation.everywhere() && !unsettled.isOverdue(role, usual, clock.instant())) {
      return requeueAfter(SETTLING);
    }
    if (propagation.everywhere()) {
      unsettled.remove(role);
    }
    reporter.bound(observed, bound, propagation, context);
    return UpdateControl.noUpdate();
  }

  private static UpdateControl<NatsServiceRole> requeueAfter(Duration pause) {
    return UpdateControl.<NatsServiceRole>noUpdate().rescheduleAfter(pause);
  }
}
