package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.token.TokenSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Deletes token Secrets whose cluster or ServiceAccount was deleted. It identifies them by the
 * operator's annotations, since a Secret can lose its owner reference.
 */
@Component
class TokenCleanup {

  private static final Logger LOG = LoggerFactory.getLogger(TokenCleanup.class);

  private final SharedInformers informers;
  private final TokenIssuer issuer;

  TokenCleanup(SharedInformers informers, TokenIssuer issuer) {
    this.informers = informers;
    this.issuer = issuer;
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

  private void delete(Secret secret, String reason) {
    LOG.atInfo()
        .addKeyValue("secret", ObjectName.of(secret))
        .addKeyValue("reason", reason)
        .log("Deleting a token");
    issuer.delete(secret);
  }
}
