package org.natsoperator.role;

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
import org.natsoperator.token.TokenClaims;
import org.natsoperator.token.TokenOwners;
import org.natsoperator.token.TokenProof;
import org.natsoperator.token.TokenSecret;
import org.natsoperator.validation.FieldError;

/** The result of a role: a login, a missing token, or the reason why the role has no effect. */
public sealed interface Binding {

  /** The ServiceAccount has a proven token and may log in. */
  record Bound(Grant grant, BoundToken token) implements Binding {}

  /** Only a proven token is missing. */
  record Unissued(Grant grant, IssueReason cause) implements Binding {
    public String why() {
      return cause.why();
    }
  }

  /**
   * Pods of the ServiceAccount log in with tokens of their own, and the role needs no Secret.
   *
   * @param missing why a pod that mounts the Secret cannot log in; empty if it can, or never could
   */
  record PodTokens(Grant grant, Optional<IssueReason> missing) implements Binding {}

  /** The role permits no login. */
  record Unbound(String reason, String message) implements Binding {}

  /** Decides only from the observed state and the keys that prove tokens. */
  static Binding of(ObservedRole observed, TokenProof proof) {
    Optional<Unbound> obstacle = obstacleWithoutToken(observed);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Binding bySecret =
        obstacleToSecret(observed)
            .<Binding>map(unbound -> unbound)
            .orElseGet(() -> login(observed, observed.cluster().orElseThrow(), proof));
    Binding binding = observed.usesPodTokens() ? orPodTokens(bySecret, observed.grant()) : bySecret;
    return binding instanceof Bound
        ? binding
        : observed
            .cluster()
            .filter(NatsCluster::hidesAccess)
            .<Binding>map(Binding::accessHidden)
            .orElse(binding);
  }

  /** Tokens of pods do not depend on the Secret. */
  private static Binding orPodTokens(Binding bySecret, Grant grant) {
    return switch (bySecret) {
      case Bound bound -> bound;
      case Unissued unissued -> new PodTokens(grant, Optional.of(unissued.cause()));
      case Unbound unbound -> new PodTokens(grant, Optional.empty());
      case PodTokens same -> same;
    };
  }

  /**
   * The result for a role whose Secret some pod needs, or none.
   *
   * @param secretNeeded see {@link SecretDemand}
   */
  default Binding given(boolean secretNeeded) {
    return switch (this) {
      case PodTokens(Grant grant, Optional<IssueReason> missing)
          when secretNeeded && missing.isPresent() ->
          new Unissued(grant, missing.get());
      case Bound(Grant grant, BoundToken token) when !secretNeeded ->
          new PodTokens(grant, Optional.empty());
      default -> this;
    };
  }

  /** Why the role grants nothing, regardless of a token Secret. */
  static Optional<Unbound> obstacleWithoutToken(ObservedRole observed) {
    if (observed.role().getMetadata().getDeletionTimestamp() != null) {
      return Optional.of(
          new Unbound(
              RoleReasons.INVALID, "metadata.deletionTimestamp: the role is being deleted"));
    }
    List<FieldError> errors = NatsServiceRoleValidator.obstacles(observed.role());
    if (!errors.isEmpty()) {
      return Optional.of(new Unbound(RoleReasons.INVALID, FieldError.join(errors)));
    }
    return switch (observed.choice()) {
      case NoCluster(String reason, String message) -> Optional.of(new Unbound(reason, message));
      case Chosen(NatsCluster cluster) -> obstacle(observed, cluster);
    };
  }

  /**
   * Whether to keep or create the token Secret. An error in the permissions removes the login but
   * not the token: the same clients can log in again after the error is fixed.
   */
  default boolean wantsToken(ObservedRole observed) {
    return !(this instanceof PodTokens)
        && observed.cluster().filter(Binding::enablesServiceAccounts).isPresent()
        && hasServiceAccount(observed);
  }

  private static Optional<Unbound> obstacle(ObservedRole observed, NatsCluster cluster) {
    if (!enablesServiceAccounts(cluster)) {
      return Optional.of(
          new Unbound(
              RoleReasons.SERVICE_ACCOUNTS_DISABLED,
              ("metadata.labels.%s: NatsCluster %s does not admit ServiceAccounts; set its"
                      + " spec.auth.enableServiceAccounts to true")
                  .formatted(NatsApi.CLUSTER_LABEL, cluster.getMetadata().getName())));
    }
    if (!hasServiceAccount(observed)) {
      return Optional.of(
          new Unbound(
              RoleReasons.SERVICE_ACCOUNT_NOT_FOUND,
              ("metadata.name: ServiceAccount %s does not exist in this namespace; create it, or"
                      + " name the role after another ServiceAccount")
                  .formatted(observed.identity().serviceAccount())));
    }
    return Optional.empty();
  }

  private static Optional<Unbound> obstacleToSecret(ObservedRole observed) {
    return NatsServiceRoleValidator.tooLong(observed.secretName())
        .map(tooLong -> new Unbound(RoleReasons.INVALID, tooLong.toString()))
        .or(() -> observed.namesake().map(account -> userTaken(account.getMetadata().getName())));
  }

  private static Binding login(ObservedRole observed, NatsCluster cluster, TokenProof proof) {
    Grant grant = observed.grant();
    if (observed.tokenSecret().isEmpty()) {
      return new Unissued(grant, observed.hadToken() ? IssueReason.DELETED : IssueReason.NEW);
    }
    Secret secret = observed.tokenSecret().get();
    if (TokenSecret.issuedForAnother(secret, observed.role())) {
      return nameTaken(secret.getMetadata().getName());
    }
    if (TokenSecret.ofFormer(observed.role(), secret)) {
      return new Unissued(grant, IssueReason.ROLE_REPLACED);
    }
    Optional<String> token = TokenSecret.tokenIn(secret);
    if (token.isEmpty()) {
      return new Unissued(grant, IssueReason.EMPTY);
    }
    if (!TokenSecret.issuedFor(secret, observed.role(), cluster)) {
      return new Unissued(grant, IssueReason.CLUSTER_REPLACED);
    }
    TokenClaims expected = observed.expectedClaims(secret);
    TokenOwners owners = observed.tokenOwners(secret);
    if (proof.proves(secret, expected, owners)) {
      // During a rotation, clients still have the previous token.
      Optional<String> previous = proof.previous(secret, expected, owners);
      return new Bound(grant, new BoundToken(previous.orElse(token.get())));
    }
    boolean former = proof.provesForFormerAccount(secret, expected, owners);
    return new Unissued(grant, former ? IssueReason.ACCOUNT_REPLACED : IssueReason.UNPROVEN);
  }

  /** For a role of another namespace whose user name belongs to the cluster's own namespace. */
  static Unbound userTaken(String user) {
    return new Unbound(
        RoleReasons.USER_NAME_TAKEN,
        ("metadata.name: the user %s belongs to a ServiceAccount of the cluster's own namespace;"
                + " use another name for the role and its ServiceAccount")
            .formatted(user));
  }

  /** For a role without a login on a cluster that {@link NatsCluster#hidesAccess}. */
  static Unbound accessHidden(NatsCluster cluster) {
    return new Unbound(
        RoleReasons.SERVICE_ACCOUNTS_DISABLED,
        ("metadata.labels.%s: spec.auth of NatsCluster %s cannot be read, so no login is added;"
                + " correct it")
            .formatted(NatsApi.CLUSTER_LABEL, cluster.getMetadata().getName()));
  }

  /** For a role whose Secret's name is in use by another owner. */
  static Unbound nameTaken(String secret) {
    return new Unbound(
        RoleReasons.SECRET_NAME_TAKEN,
        ("metadata.name: Secret %s exists but does not belong to this role; delete it, or name the"
                + " role after another ServiceAccount")
            .formatted(secret));
  }

  private static boolean enablesServiceAccounts(NatsCluster cluster) {
    return cluster.getSpec().auth().enableServiceAccounts();
  }

  private static boolean hasServiceAccount(ObservedRole observed) {
    return observed
        .serviceAccount()
        .filter(account -> account.getMetadata().getDeletionTimestamp() == null)
        .isPresent();
  }
}
