package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.access.ClientNames;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.token.IssueReason;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenProof;
import org.natsoperator.token.TokenProver;
import org.natsoperator.token.TokenSecret;
import org.springframework.stereotype.Component;

/**
 * Issues a token and stores it in its Secret. Every write is a create or carries the resource
 * version it is based on, so that two conflicting operators cannot overwrite each other's token.
 * After a conflict the event of the other write triggers the reconciliation.
 */
@Component
class TokenIssuer {

  /** Requested lifetime. The API server may grant a shorter one; NATS ignores the expiration. */
  private static final Duration LIFETIME = Duration.ofDays(365);

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final SharedInformers informers;
  private final ClientPodNotifier clientPods;
  private final RoleMetrics meters;
  private final RoleStatusReporter reporter;
  private final TokenProver prover;

  TokenIssuer(
      KubernetesClient client,
      SharedInformers informers,
      ClientPodNotifier clientPods,
      RoleMetrics meters,
      RoleStatusReporter reporter,
      TokenProver prover) {
    this.informers = informers;
    this.client = client;
    this.clientPods = clientPods;
    this.meters = meters;
    this.reporter = reporter;
    this.prover = prover;
  }

  /**
   * Writes a new token into the role's Secret; a previous one is not valid.
   *
   * @return false if a foreign Secret has that name; it is not changed
   * @throws KubernetesClientException if the API server rejects the request or does not respond
   */
  boolean issue(ObservedRole observed, IssueReason cause) {
    try {
      Optional<Secret> reusable =
          observed
              .tokenSecret()
              .filter(TokenSecret::writable)
              .filter(secret -> !TokenSecret.ofFormer(observed.role(), secret));
      if (reusable.isEmpty()) {
        observed.tokenSecret().ifPresent(this::delete);
      }
      Secret secret = reusable.orElseGet(() -> visible(client.resource(empty(observed)).create()));
      Secret issued = update(withToken(observed, secret));
      report(observed, cause);
      // A pod that mounts all of the Secret may have found it empty.
      clientPods.triggerKubeletSync(
          observed.client(), "version " + issued.getMetadata().getResourceVersion());
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return !foreign(observed);
      }
      throw e;
    }
  }

  /** Adds a new token next to the valid one; returns false if the Secret was changed meanwhile. */
  boolean renew(ObservedRole observed, Instant now) {
    Secret before = observed.tokenSecret().orElseThrow();
    if (!TokenSecret.writable(before)) {
      return issue(observed, IssueReason.ASKED);
    }
    boolean written = updated(PreviousToken.keep(before, withToken(observed, before), now));
    if (written) {
      report(observed, IssueReason.ASKED);
    }
    return written;
  }

  /** Removes the previous token; returns false if the Secret was changed meanwhile. */
  boolean dropPrevious(ObservedRole observed) {
    Secret secret = observed.tokenSecret().orElseThrow();
    return TokenSecret.writable(secret)
        ? updated(PreviousToken.drop(secret))
        : issue(observed, IssueReason.ASKED);
  }

  /**
   * Records the proof of a valid token in its Secret, unless it is there.
   *
   * @return whether the Secret was changed
   */
  boolean recordProof(ObservedRole observed, TokenProof proof) {
    Secret secret = observed.tokenSecret().orElseThrow();
    if (proof.isRecorded(secret, observed.tokenOwners(secret))) {
      return false;
    }
    Secret recorded = withProof(observed, annotated(observed, secret), proof);
    return ApiErrors.ignoreConflict(
        () -> visible(client.resource(annotations(recorded)).patch(MERGE)));
  }

  /** A patch of only the annotations: a restored Secret may have labels and data of others. */
  private static Secret annotations(Secret secret) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(secret.getMetadata().getName())
        .withNamespace(secret.getMetadata().getNamespace())
        .withResourceVersion(secret.getMetadata().getResourceVersion())
        .withAnnotations(secret.getMetadata().getAnnotations())
        .endMetadata()
        .build();
  }

  private void report(ObservedRole observed, IssueReason cause) {
    meters.countIssued(cause);
    reporter.issued(observed, cause);
  }

  private boolean updated(Secret secret) {
    return ApiErrors.ignoreConflict(() -> update(secret));
  }

  private Secret update(Secret secret) {
    return visible(client.resource(secret).update());
  }

  /** Otherwise the next reconciliation could issue another token. */
  private Secret visible(Secret written) {
    informers.secrets().written(written);
    return written;
  }

  /** Deletes only this Secret, not a later one with its name. */
  void delete(Secret secret) {
    ApiErrors.ignoreConflict(() -> client.resource(secret).lockResourceVersion().delete());
  }

  private boolean foreign(ObservedRole observed) {
    Secret found = client.resource(empty(observed)).get();
    return found != null && !TokenSecret.ours(found);
  }

  private static Secret empty(ObservedRole observed) {
    return TokenSecret.empty(observed.role(), observed.cluster().orElseThrow());
  }

  private static Secret annotated(ObservedRole observed, Secret secret) {
    return TokenSecret.annotated(secret, observed.role(), observed.cluster().orElseThrow());
  }

  private Secret withToken(ObservedRole observed, Secret secret) {
    String token = request(observed.client(), secret);
    Secret issued =
        TokenSecret.withToken(empty(observed), secret, token, observed.reissueRequests());
    return withProof(observed, issued, prover.proofForIssued(token));
  }

  private static Secret withProof(ObservedRole observed, Secret secret, TokenProof proof) {
    return proof.withProof(secret, observed.expectedClaims(secret), observed.tokenOwners(secret));
  }

  private String request(ClientNames names, Secret secret) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(names.audience())
            .withExpirationSeconds(LIFETIME.toSeconds())
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Secret")
            .withName(secret.getMetadata().getName())
            .withUid(secret.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    try {
      return client
          .serviceAccounts()
          .inNamespace(names.identity().namespace())
          .withName(names.identity().serviceAccount())
          .tokenRequest(request)
          .getStatus()
          .getToken();
    } catch (KubernetesClientException e) {
      meters.countFailedRequest();
      throw e;
    }
  }
}
