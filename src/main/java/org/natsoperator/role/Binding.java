package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import org.natsoperator.access.ClusterResolution.Chosen;
import org.natsoperator.access.ClusterResolution.NoCluster;
import org.natsoperator.access.Grant;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.token.BoundToken;
import org.natsoperator.token.IssueReason;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenClaims;
import org.natsoperator.token.TokenSecret;
import org.natsoperator.token.TokenVerifier;
import org.natsoperator.validation.FieldError;

/** What a role comes to: a login, the need for a token, or a reason why it means nothing. */
public sealed interface Binding {

  /** The ServiceAccount has a proven token and may log in. */
  record Bound(Grant grant, BoundToken token) implements Binding {}

  /** All is there but a proven token. */
  record Unissued(Grant grant, IssueReason cause) implements Binding {

    /** What a status says of it. */
    public String why() {
      return cause.why();
    }
  }

  /** Nobody may log in by this role. */
  record Unbound(String reason, String message) implements Binding {}

  /** Decides what a role means, from what was observed and the API server's public keys alone. */
  static Binding of(ObservedRole observed, TokenVerifier proof) {
    return obstacle(observed)
        .<Binding>map(unbound -> unbound)
        .orElseGet(() -> login(observed, proof));
  }

  /**
   * Whether the token Secret is to be kept or made. A mistake in the permissions takes the login
   * away but not the token: when it is mended the same clients come back.
   */
  default boolean wantsToken(ObservedRole observed) {
    return observed.cluster().isPresent()
        && observed.serviceAccount().filter(Binding::exists).isPresent()
        && observed.cluster().get().getSpec().auth().enableServiceAccounts();
  }

  private static Optional<Unbound> obstacle(ObservedRole observed) {
    List<FieldError> errors = NatsServiceRoleValidator.obstacles(observed.role());
    if (!errors.isEmpty()) {
      return Optional.of(new Unbound(RoleReasons.INVALID, FieldError.join(errors)));
    }
    return switch (observed.choice()) {
      case NoCluster none -> Optional.of(new Unbound(none.reason(), none.message()));
      case Chosen chosen ->
          secretNameTooLong(observed)
              .or(() -> disabled(chosen.cluster()))
              .or(() -> withoutAccount(observed))
              .or(() -> withNamesake(observed));
    };
  }

  private static Optional<Unbound> secretNameTooLong(ObservedRole observed) {
    return NatsServiceRoleValidator.tooLong(observed.secretName())
        .map(error -> new Unbound(RoleReasons.INVALID, error.toString()));
  }

  private static Optional<Unbound> disabled(NatsCluster cluster) {
    return cluster.getSpec().auth().enableServiceAccounts()
        ? Optional.empty()
        : unbound(
            RoleReasons.SERVICE_ACCOUNTS_DISABLED,
            "metadata.labels."
                + NatsApi.CLUSTER_LABEL
                + ": NatsCluster %s does not admit ServiceAccounts; set its"
                + " spec.auth.enableServiceAccounts to true",
            cluster.getMetadata().getName());
  }

  private static Optional<Unbound> withoutAccount(ObservedRole observed) {
    return observed.serviceAccount().filter(Binding::exists).isPresent()
        ? Optional.empty()
        : unbound(
            RoleReasons.SERVICE_ACCOUNT_NOT_FOUND,
            "metadata.name: there is no ServiceAccount %s in this namespace; create it or name the"
                + " role after another",
            observed.identity().serviceAccount());
  }

  private static Optional<Unbound> withNamesake(ObservedRole observed) {
    return observed.namesake().map(account -> userTaken(account.getMetadata().getName()));
  }

  private static Binding login(ObservedRole observed, TokenVerifier proof) {
    if (observed.tokenSecret().isEmpty()) {
      return new Unissued(observed.grant(), IssueReason.NEW);
    }
    Secret secret = observed.tokenSecret().get();
    if (TokenSecret.issuedForAnother(secret, observed.role())) {
      return nameTaken(secret.getMetadata().getName());
    }
    NatsCluster cluster = observed.cluster().orElseThrow();
    if (TokenSecret.ofFormer(observed.role(), secret)) {
      return new Unissued(observed.grant(), IssueReason.ROLE_REPLACED);
    }
    TokenClaims expected = expected(observed, secret);
    return TokenSecret.tokenIn(secret)
        .filter(token -> TokenSecret.issuedFor(secret, observed.role(), cluster))
        .filter(token -> proof.proves(token, expected))
        .<Binding>map(
            token -> new Bound(observed.grant(), password(secret, token, expected, proof)))
        .orElseGet(() -> new Unissued(observed.grant(), cause(observed, secret, proof)));
  }

  private static IssueReason cause(ObservedRole observed, Secret secret, TokenVerifier proof) {
    NatsCluster cluster = observed.cluster().orElseThrow();
    Optional<String> token = TokenSecret.tokenIn(secret);
    if (token.isEmpty()) {
      return IssueReason.EMPTY;
    }
    if (!TokenSecret.issuedFor(secret, observed.role(), cluster)) {
      return IssueReason.CLUSTER_REPLACED;
    }
    return proof.provesForFormerAccount(token.get(), expected(observed, secret))
        ? IssueReason.ACCOUNT_REPLACED
        : IssueReason.UNPROVEN;
  }

  private static TokenClaims expected(ObservedRole observed, Secret secret) {
    return TokenClaims.expected(observed.client(), observed.serviceAccount().orElseThrow(), secret);
  }

  /** While a token is re-issued its clients still have the one before. */
  private static BoundToken password(
      Secret secret, String token, TokenClaims expected, TokenVerifier proof) {
    return new BoundToken(
        PreviousToken.in(secret)
            .filter(previous -> proof.proves(previous, expected))
            .orElse(token));
  }

  /** What a role of another namespace comes to whose user is one of the cluster's own. */
  static Unbound userTaken(String user) {
    return new Unbound(
        RoleReasons.USER_NAME_TAKEN,
        "metadata.name: the user %s belongs to a ServiceAccount of the cluster's own namespace; name the role and its ServiceAccount otherwise"
            .formatted(user));
  }

  /** What a role comes to whose Secret's name belongs to somebody else. */
  static Unbound nameTaken(String secret) {
    return new Unbound(
        RoleReasons.SECRET_NAME_TAKEN,
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
