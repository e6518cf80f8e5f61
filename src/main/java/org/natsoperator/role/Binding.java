package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;

/** What a role comes to: a login, the need for a token, or a reason why it means nothing. */
public sealed interface Binding {

  /** Reason of a role whose Secret's name belongs to somebody else. */
  String NAME_TAKEN = "SecretNameTaken";

  /** The ServiceAccount has a proven token and may log in. */
  record Bound(Grant grant, BoundToken token) implements Binding {}

  /** All is there but a proven token. */
  record Unissued(Grant grant, String why) implements Binding {

    /** What a status says of it. */
    public static final String REASON = "TokenMissing";
  }

  /** Nobody may log in by this role. */
  record Unbound(String reason, String message) implements Binding {}

  /** Decides what a role means, from what was observed and the API server's public keys alone. */
  static Binding of(ObservedRole observed, TokenProof proof) {
    return obstacle(observed)
        .<Binding>map(unbound -> unbound)
        .orElseGet(() -> login(observed, proof));
  }

  /**
   * Whether the token Secret is to be kept or made. A mistake in the permissions takes the login
   * away but not the token: when it is mended the same clients come back.
   */
  default boolean wantsToken(ObservedRole observed) {
    return observed.cluster().filter(Binding::exists).isPresent()
        && observed.serviceAccount().filter(Binding::exists).isPresent()
        && observed.cluster().get().getSpec().auth().enableServiceAccounts();
  }

  private static Optional<Unbound> obstacle(ObservedRole observed) {
    List<Problem> problems = NatsServiceRoleValidator.validate(observed.role());
    if (!problems.isEmpty()) {
      return Optional.of(new Unbound("Invalid", Problem.join(problems)));
    }
    String label = "metadata.labels." + NatsApi.CLUSTER_LABEL;
    String name = observed.role().clusterName().orElseThrow();
    if (observed.cluster().filter(Binding::exists).isEmpty()) {
      return unbound(
          "ClusterNotFound",
          label + ": there is no NatsCluster %s in this namespace; create it or correct the label",
          name);
    }
    if (!observed.cluster().get().getSpec().auth().enableServiceAccounts()) {
      return unbound(
          "ServiceAccountsDisabled",
          label
              + ": NatsCluster %s does not admit ServiceAccounts; set its"
              + " spec.auth.enableServiceAccounts to true",
          name);
    }
    if (observed.serviceAccount().filter(Binding::exists).isEmpty()) {
      return unbound(
          "ServiceAccountNotFound",
          "metadata.name: there is no ServiceAccount %s in this namespace; create it or name the"
              + " role after another",
          observed.identity().serviceAccount());
    }
    return Optional.empty();
  }

  private static Binding login(ObservedRole observed, TokenProof proof) {
    if (observed.tokenSecret().isEmpty()) {
      return new Unissued(observed.grant(), "no token was issued yet");
    }
    Secret secret = observed.tokenSecret().get();
    if (TokenSecret.madeForAnother(secret, observed.role())) {
      return nameTaken(secret.getMetadata().getName());
    }
    NatsCluster cluster = observed.cluster().orElseThrow();
    return TokenSecret.tokenIn(secret)
        .filter(token -> TokenSecret.madeFor(secret, observed.role(), cluster))
        .filter(token -> proof.proves(token, Claims.expected(observed, secret, cluster)))
        .<Binding>map(token -> new Bound(observed.grant(), new BoundToken(token)))
        .orElseGet(() -> new Unissued(observed.grant(), "the token in its Secret is not proven"));
  }

  /** What a role comes to whose Secret's name belongs to somebody else. */
  static Unbound nameTaken(String secret) {
    return new Unbound(
        NAME_TAKEN,
        "metadata.name: Secret %s exists and is not this role's; delete or rename it, or name the role after another ServiceAccount"
            .formatted(secret));
  }

  private static boolean exists(HasMetadata object) {
    return object.getMetadata().getDeletionTimestamp() == null;
  }

  private static Optional<Unbound> unbound(String reason, String message, String name) {
    return Optional.of(new Unbound(reason, message.formatted(name)));
  }
}
