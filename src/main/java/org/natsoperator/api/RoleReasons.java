package org.natsoperator.api;

import java.util.List;
import java.util.stream.Stream;

/**
 * The reasons of a role's condition {@code Ready}. Users wait and alert on them, and a metric has
 * them as a label, so no other class defines a reason.
 */
public final class RoleReasons {

  public static final String IN_FORCE = "InForce";

  /** The role is bound, but not every server has confirmed it. */
  public static final String NOT_IN_FORCE = "NotInForce";

  /** The role is bound, but with fewer permissions than its spec contains. */
  public static final String CHANGE_DOES_NOT_FIT = "ChangeDoesNotFit";

  public static final String TOKEN_MISSING = "TokenMissing";
  public static final String INVALID = "Invalid";
  public static final String CLUSTER_NOT_FOUND = "ClusterNotFound";
  public static final String NAMESPACE_NOT_ALLOWED = "NamespaceNotAllowed";
  public static final String SERVICE_ACCOUNTS_DISABLED = "ServiceAccountsDisabled";
  public static final String SERVICE_ACCOUNT_NOT_FOUND = "ServiceAccountNotFound";

  /** Another owner has a Secret with the name of the token Secret. */
  public static final String SECRET_NAME_TAKEN = "SecretNameTaken";

  /** Another ServiceAccount has the name of the NATS user. */
  public static final String USER_NAME_TAKEN = "UserNameTaken";

  public static final String QUEUES_NOT_SUPPORTED = "QueuesNotSupported";
  public static final String RESPONSES_NOT_SUPPORTED = "ResponsesNotSupported";
  public static final String CONFIG_FULL = "ConfigFull";

  /** The API server rejected a request for the role. */
  public static final String REFUSED = "Refused";

  /** Reasons of roles without a login. */
  public static final List<String> OF_UNBOUND =
      List.of(
          TOKEN_MISSING,
          INVALID,
          CLUSTER_NOT_FOUND,
          NAMESPACE_NOT_ALLOWED,
          SERVICE_ACCOUNTS_DISABLED,
          SERVICE_ACCOUNT_NOT_FOUND,
          SECRET_NAME_TAKEN,
          USER_NAME_TAKEN,
          QUEUES_NOT_SUPPORTED,
          RESPONSES_NOT_SUPPORTED,
          CONFIG_FULL,
          REFUSED);

  /** All reasons. */
  public static final List<String> ALL =
      Stream.concat(Stream.of(IN_FORCE, NOT_IN_FORCE, CHANGE_DOES_NOT_FIT), OF_UNBOUND.stream())
          .toList();

  private RoleReasons() {}
}
