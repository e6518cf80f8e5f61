package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.token.TokenSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Deletes token Secrets whose role, cluster or ServiceAccount was deleted. It identifies them by
 * the operator's annotations: a Secret can lose its owner reference, for example if its role is
 * deleted with {@code --cascade=orphan}.
 */
@Component
class TokenCleanup {

  private static final Logger LOG = LoggerFactory.getLogger(TokenCleanup.class);

  /** The garbage collector is usually faster. */
  private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final SharedInformers informers;
  private final TokenIssuer issuer;
  private final Leadership leadership;

  TokenCleanup(
      KubernetesClient client,
      SharedInformers informers,
      TokenIssuer issuer,
      Leadership leadership,
      TaskScheduler scheduler) {
    this.client = client;
    this.informers = informers;
    this.issuer = issuer;
    this.leadership = leadership;
    leadership.whenBegun(scheduler, Duration.ZERO, BETWEEN_SWEEPS, this::deleteOrphans);
  }

  /** Deletes the tokens of a role that it does not need, such as one for its previous cluster. */
  void deleteObsolete(ObservedRole observed, Binding binding) {
    NatsServiceRole role = observed.role();
    String wanted = binding.wantsToken(observed) ? observed.secretName() : "";
    informers.secrets().byIndex(SharedInformers.BY_ROLE, role.getMetadata().getUid()).stream()
        .filter(secret -> TokenSecret.isOf(role, secret))
        .filter(secret -> !secret.getMetadata().getName().equals(wanted))
        .forEach(secret -> delete(secret, "the role does not need it"));
  }

  private void deleteOrphans() {
    if (leadership.isHeld() && informers.secrets().hasSynced() && informers.roles().hasSynced()) {
      informers
          .secrets()
          .list()
          .filter(TokenSecret::isManaged)
          .filter(secret -> secret.getMetadata().getDeletionTimestamp() == null)
          .filter(secret -> !isOf(cachedRole(secret), secret))
          .takeWhile(secret -> leadership.isHeld())
          .forEach(this::deleteIfOrphaned);
    }
  }

  /** The next sweep retries a failed deletion. */
  private void deleteIfOrphaned(Secret secret) {
    try {
      if (!isOf(latestRole(secret), secret)) {
        delete(secret, "its role was deleted");
      }
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("secret", ObjectName.of(secret))
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to delete the token of a deleted role; retrying");
    }
  }

  private void delete(Secret secret, String reason) {
    LOG.atInfo()
        .addKeyValue("secret", ObjectName.of(secret))
        .addKeyValue("reason", reason)
        .log("Deleting a token");
    issuer.delete(secret);
  }

  private static boolean isOf(Optional<NatsServiceRole> role, Secret secret) {
    return role.filter(living -> TokenSecret.isOf(living, secret)).isPresent();
  }

  private Optional<NatsServiceRole> cachedRole(Secret secret) {
    return informers.roles().find(secret.getMetadata().getNamespace(), roleName(secret));
  }

  /** The cache may be late, and it omits roles without a cluster. */
  private Optional<NatsServiceRole> latestRole(Secret secret) {
    return Optional.ofNullable(
        client
            .resources(NatsServiceRole.class)
            .inNamespace(secret.getMetadata().getNamespace())
            .withName(roleName(secret))
            .get());
  }

  private static String roleName(Secret secret) {
    return TokenSecret.serviceAccount(secret).orElseThrow();
  }
}
