package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.access.Lookup;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.ProjectedTokens;
import org.natsoperator.callout.ObservedLogin.Review;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.callout.protocol.Decision.Refused;
import org.natsoperator.callout.protocol.Decision.Silence;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.lookup.ClientPodReader;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.BoundPod;
import org.natsoperator.token.LoginToken;
import org.natsoperator.token.LoginTokenCheck;
import org.natsoperator.token.LoginTokenVerifier;
import org.natsoperator.token.TokenProver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Gathers the state on which a login depends, and lets {@link Authorizer} decide. */
@Component
class LoginObserver {

  private static final Logger LOG = LoggerFactory.getLogger(LoginObserver.class);

  private static final Lookup<Secret> NO_SECRETS = (namespace, name) -> Optional.empty();

  private final LoginTokenVerifier verifier;
  private final TokenProver prover;
  private final TokenReviewer reviewer;
  private final SharedInformers informers;
  private final ClientPodReader pods;
  private final RecentDeletions deletions;
  private final RefusalLog refusals;
  private final Clock clock;

  LoginObserver(
      LoginTokenVerifier verifier,
      TokenProver prover,
      TokenReviewer reviewer,
      SharedInformers informers,
      ClientPodReader pods,
      RecentDeletions deletions,
      RefusalLog refusals,
      Clock clock) {
    this.verifier = verifier;
    this.prover = prover;
    this.reviewer = reviewer;
    this.informers = informers;
    this.pods = pods;
    this.deletions = deletions;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** Decides about a login on a cluster. */
  Decision decide(NatsCluster cluster, Request request) {
    if (cluster.hidesAccess()) {
      return new Silence(Reason.ACCESS_UNKNOWN);
    }
    return LoginTokenVerifier.unverifiedSecretToken(request.token())
        .flatMap(token -> roleWithSecret(token.identity()))
        .flatMap(role -> bySecret(cluster, request, role))
        .orElseGet(() -> byToken(cluster, request));
  }

  /** Clients that mount a Secret stay connected while their cluster switches. */
  private Optional<Decision> bySecret(NatsCluster cluster, Request request, ObservedRole role) {
    List<Secret> secrets =
        role.tokenSecret().stream()
            .filter(secret -> SecretTokens.isIn(secret, request.token()))
            .toList();
    if (secrets.isEmpty()) {
      return Optional.empty();
    }
    try {
      return SecretTokens.decide(
              policy(cluster),
              cluster.getMetadata().getUid(),
              role,
              prover.proofFor(secrets),
              request.token(),
              clock.instant(),
              ThreadLocalRandom.current().nextDouble())
          .map(granted -> granted);
    } catch (KubernetesClientException e) {
      LOG.atDebug().addKeyValue("error", ApiErrors.summary(e)).log("Failed to prove a token");
      return Optional.of(new Silence(Reason.API_SERVER_UNREACHABLE));
    }
  }

  private Decision byToken(NatsCluster cluster, Request request) {
    String audience = ClientNames.audienceOf(cluster);
    boolean confirmed = reviewer.hasConfirmed(request.token(), audience);
    LoginTokenCheck check = verifier.check(request.token(), audience, confirmed, clock.instant());
    Decision decision = byCheck(cluster, request, check);
    if (decision instanceof Refused(Reason reason)) {
      refusals.refused(cluster, request, reason, isGenuine(check, reason));
    }
    return decision;
  }

  /** A token whose signature cannot be verified is genuine if the API server does not reject it. */
  private static boolean isGenuine(LoginTokenCheck check, Reason reason) {
    return check instanceof LoginTokenCheck.Valid
        || check instanceof LoginTokenCheck.Unverified && reason != Reason.TOKEN_REJECTED;
  }

  private Decision byCheck(NatsCluster cluster, Request request, LoginTokenCheck check) {
    String audience = ClientNames.audienceOf(cluster);
    return switch (check) {
      case LoginTokenCheck.Invalid(LoginTokenCheck.Defect defect)
          when defect == LoginTokenCheck.Defect.OF_SECRET && mayBeNew(request.token()) ->
          new Silence(Reason.NOT_IN_SECRET);
      case LoginTokenCheck.Invalid(LoginTokenCheck.Defect defect) -> new Refused(reason(defect));
      case LoginTokenCheck.Undecided undecided -> new Silence(Reason.KEYS_UNKNOWN);
      case LoginTokenCheck.UndecidedKey undecided -> new Silence(Reason.UNKNOWN_KEY);
      case LoginTokenCheck.Unverified(LoginToken token) ->
          switch (reviewer.reviewUnverified(request.token(), audience, token)) {
            case CONFIRMED -> Authorizer.decide(observe(cluster, request, token, Review.CONFIRMED));
            case DENIED_ONCE -> new Silence(Reason.TOKEN_REJECTED);
            case DENIED -> new Refused(Reason.TOKEN_REJECTED);
            case UNANSWERED -> new Silence(Reason.KEYS_UNKNOWN);
          };
      case LoginTokenCheck.Valid(LoginToken token) ->
          Authorizer.decide(
              observe(cluster, request, token, reviewer.review(request.token(), audience, token)));
    };
  }

  private boolean mayBeNew(String secretToken) {
    return LoginTokenVerifier.unverifiedSecretToken(secretToken)
        .filter(
            token ->
                SecretTokens.mayBeNew(
                    roleWithSecret(token.identity()), token.issuedAt(), clock.instant()))
        .isPresent();
  }

  private ObservedLogin observe(
      NatsCluster cluster, Request request, LoginToken token, Review review) {
    Identity identity = token.identity();
    Optional<Optional<Pod>> pod =
        token.pod().flatMap(bound -> pod(identity.namespace(), bound, review));
    return new ObservedLogin(
        policy(cluster),
        cluster.getMetadata().getUid(),
        token,
        request.host(),
        review,
        reviewer.lastAnswer(),
        informers.serviceAccounts().find(identity.namespace(), identity.serviceAccount()),
        pod.flatMap(found -> found),
        pod.isPresent(),
        role(identity),
        deletedUids(token),
        deletions.ofRole(identity),
        clock.instant(),
        ThreadLocalRandom.current().nextDouble());
  }

  /**
   * The pod from the cache, otherwise from the API server: it may have started a moment ago, or may
   * have no label. The outer Optional is empty if the API server did not answer, or was not asked
   * since it denied the token.
   */
  private Optional<Optional<Pod>> pod(String namespace, BoundPod bound, Review review) {
    Optional<Pod> cached =
        informers
            .clientPods()
            .find(namespace, bound.name())
            .filter(pod -> pod.getMetadata().getUid().equals(bound.uid()));
    if (cached.isPresent() || deletions.contains(bound.uid())) {
      return Optional.of(cached);
    }
    boolean isDenied = review == Review.DENIED_ONCE || review == Review.DENIED;
    return isDenied ? Optional.empty() : pods.get(namespace, bound);
  }

  /** The role of an identity, with the objects that it refers to except its Secret. */
  Optional<ObservedRole> role(Identity identity) {
    return role(identity, NO_SECRETS);
  }

  private Optional<ObservedRole> roleWithSecret(Identity identity) {
    return role(identity, informers.secrets());
  }

  private Optional<ObservedRole> role(Identity identity, Lookup<Secret> secrets) {
    return informers
        .roles()
        .find(identity.namespace(), identity.serviceAccount())
        .map(
            role -> {
              ClusterReference reference = ClusterReference.of(role);
              return ObservedRole.of(
                  role,
                  informers.clusters().find(reference.clusterNamespace(), reference.name()),
                  informers.serviceAccounts(),
                  secrets);
            });
  }

  private Set<String> deletedUids(LoginToken token) {
    return Stream.concat(Stream.of(token.accountUid()), token.pod().map(BoundPod::uid).stream())
        .filter(deletions::contains)
        .collect(Collectors.toSet());
  }

  static LoginPolicy policy(NatsCluster cluster) {
    ProjectedTokens settings = cluster.getSpec().auth().projected();
    return new LoginPolicy(
        Duration.ofSeconds(settings.maxSessionSeconds()),
        Duration.ofSeconds(settings.maxStalenessSeconds()),
        settings.bindToPodAddress(),
        settings.tokensWithoutPod());
  }

  private static Reason reason(LoginTokenCheck.Defect defect) {
    return switch (defect) {
      case NOT_A_TOKEN -> Reason.NOT_A_TOKEN;
      case WRONG_AUDIENCE -> Reason.WRONG_AUDIENCE;
      case OF_SECRET -> Reason.NOT_IN_SECRET;
      case EXPIRED -> Reason.EXPIRED;
      case NOT_YET_VALID -> Reason.NOT_YET_VALID;
      case UNKNOWN_KEY -> Reason.UNKNOWN_KEY;
      case BAD_SIGNATURE -> Reason.BAD_SIGNATURE;
    };
  }
}
