package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
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
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.Refusal;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.role.GrantsInForce.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gives the ServiceAccount of each role its token and tells what became of the role. What the servers are told is the
 * cluster's business: it sees the same role and the same token.
 */
@Component
@ControllerConfiguration(name = "natsservicerole", fieldManager = "nats-operator")
class NatsServiceRoleReconciler implements Reconciler<NatsServiceRole> {

  private static final Logger LOG = LoggerFactory.getLogger(NatsServiceRoleReconciler.class);

  /** A change is usually in force sooner; a status in between would only double the requests. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /** A Secret that is not ours is not watched, so look again. */
  private static final Duration NAME_TAKEN_PAUSE = Duration.ofMinutes(1);

  private final SigningKeys signingKeys;
  private final TokenIssuer issuer;
  private final GrantsInForce grantsInForce;
  private final Events events;
  private final Clock clock;
  private final Map<String, Instant> unsettledSince = new ConcurrentHashMap<>();
  private RoleEventSources sources;

  NatsServiceRoleReconciler(
      SigningKeys signingKeys,
      TokenIssuer issuer,
      GrantsInForce grantsInForce,
      Events events,
      Clock clock) {
    this.signingKeys = signingKeys;
    this.issuer = issuer;
    this.grantsInForce = grantsInForce;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, NatsServiceRole>> prepareEventSources(
      EventSourceContext<NatsServiceRole> context) {
    sources = new RoleEventSources(context);
    grantsInForce.onChange(sources::standingChanged);
    return sources.all();
  }

  @Override
  public UpdateControl<NatsServiceRole> reconcile(
      NatsServiceRole role, Context<NatsServiceRole> context) {
    if (role.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    ObservedRole observed = sources.observe(role);
    Binding binding = decide(observed);
    sweep(observed, binding);
    return report(role, issueIfNeeded(observed, binding));
  }

  /** What the API server refuses for good, such as a token that an admission policy forbids, is told on the role. */
  @Override
  public ErrorStatusUpdateControl<NatsServiceRole> updateErrorStatus(
      NatsServiceRole role, Context<NatsServiceRole> context, Exception failure) {
    return Refusal.in(failure)
        .map(message -> new Unbound("Refused", "the API server refused: " + message))
        .map(unbound -> unbound(role, unbound).getResource())
        .map(patch -> patch.map(ErrorStatusUpdateControl::patchStatus))
        .flatMap(patch -> patch)
        .orElseGet(ErrorStatusUpdateControl::noStatusUpdate);
  }

  private Binding decide(ObservedRole observed) {
    Binding binding =
        Binding.of(observed, signingKeys.proofFor(observed.tokenSecret().stream().toList()));
    if (!(binding instanceof Bound)) {
      return binding;
    }
    return grantsInForce
        .leftOut(clusterUid(observed), observed.identity())
        .filter(leftOut -> !leftOut.reason().equals("TokenMissing"))
        .<Binding>map(leftOut -> leftOut)
        .orElse(binding);
  }

  private void sweep(ObservedRole observed, Binding binding) {
    String wanted =
        binding.wantsToken(observed)
            ? TokenSecret.name(
                observed.identity().serviceAccount(), observed.role().clusterName().orElseThrow())
            : "";
    for (Secret secret : sources.tokenSecretsOf(observed.role())) {
      if (!secret.getMetadata().getName().equals(wanted)) {
        LOG.info("Deleting Secret {} of role {}", secret.getMetadata().getName(), observed.identity());
        issuer.delete(secret);
      }
    }
  }

  private Binding issueIfNeeded(ObservedRole observed, Binding binding) {
    if (!(binding instanceof Unissued unissued)) {
      return binding;
    }
    LOG.info("Issuing a token for {}: {}", observed.identity(), unissued.why());
    if (issuer.issue(observed)) {
      return binding;
    }
    return new Unbound(
        "SecretNameTaken",
        "Secret %s exists and is not the operator's; delete or rename it"
            .formatted(
                TokenSecret.name(
                    observed.identity().serviceAccount(),
                    observed.role().clusterName().orElseThrow())));
  }

  private UpdateControl<NatsServiceRole> report(NatsServiceRole role, Binding binding) {
    return switch (binding) {
      case Unissued unissued -> UpdateControl.<NatsServiceRole>noUpdate().rescheduleAfter(SETTLING);
      case Unbound unbound -> {
        unsettledSince.remove(role.getMetadata().getUid());
        yield unbound(role, unbound);
      }
      case Bound bound -> bound(role, bound);
    };
  }

  private UpdateControl<NatsServiceRole> unbound(NatsServiceRole role, Unbound unbound) {
    NatsServiceRoleStatus status = RoleConditions.status(role, unbound, Optional.empty());
    UpdateControl<NatsServiceRole> update = update(role, status);
    if (!update.isNoUpdate()) {
      events.warn(role, unbound.reason(), unbound.message());
    }
    return unbound.reason().equals("SecretNameTaken")
        ? update.rescheduleAfter(NAME_TAKEN_PAUSE)
        : update;
  }

  private UpdateControl<NatsServiceRole> bound(NatsServiceRole role, Bound bound) {
    Standing standing =
        grantsInForce.standing(sources.observe(role).cluster().orElseThrow().getMetadata().getUid(), bound.grant());
    if (!standing.everywhere() && !overdue(role)) {
      return UpdateControl.<NatsServiceRole>noUpdate().rescheduleAfter(SETTLING);
    }
    if (standing.everywhere()) {
      unsettledSince.remove(role.getMetadata().getUid());
    }
    return update(role, RoleConditions.status(role, bound, Optional.of(standing)));
  }

  private boolean overdue(NatsServiceRole role) {
    Instant since =
        unsettledSince.computeIfAbsent(role.getMetadata().getUid(), uid -> clock.instant());
    return !clock.instant().isBefore(since.plus(SETTLING));
  }

  private UpdateControl<NatsServiceRole> update(NatsServiceRole role, NatsServiceRoleStatus fresh) {
    NatsServiceRoleStatus before = role.getStatus();
    NatsServiceRoleStatus status =
        fresh.withConditions(
            Conditions.dated(
                fresh.conditions(),
                before == null ? List.of() : before.conditions(),
                role.getMetadata().getGeneration(),
                clock.instant()));
    if (status.equals(before)) {
      return UpdateControl.noUpdate();
    }
    NatsServiceRole patch = new NatsServiceRole();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(role.getMetadata().getName())
            .withNamespace(role.getMetadata().getNamespace())
            .build());
    patch.setSpec(null);
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  private static String clusterUid(ObservedRole observed) {
    return observed.cluster().orElseThrow().getMetadata().getUid();
  }
}
