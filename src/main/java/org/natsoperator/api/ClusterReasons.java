package org.natsoperator.api;

import java.util.List;

/**
 * The reasons of a cluster's conditions. Users wait and alert on them, and a metric has them as a
 * label, so no other class defines a reason.
 */
public final class ClusterReasons {

  // Ready
  public static final String ALL_SERVERS_READY = "AllServersReady";
  public static final String PAUSED = "Paused";
  public static final String SERVERS_NOT_READY = "ServersNotReady";
  public static final String SCALING_UP = "ScalingUp";
  public static final String SCALING_DOWN = "ScalingDown";
  public static final String ROLLING_OUT = "RollingOut";
  public static final String CONFIG_NOT_APPLIED = "ConfigNotApplied";

  /** A server cannot start. The operator changes nothing else until the cause is fixed. */
  public static final String SERVER_FAILS = "ServerFails";

  /** Servers do not reach each other. */
  public static final String SERVERS_ISOLATED = "ServersIsolated";

  public static final String INVALID = "Invalid";

  /** The API server rejected a request, and a retry cannot help. */
  public static final String REFUSED = "Refused";

  // ConfigApplied
  public static final String CONFIRMED = "Confirmed";
  public static final String WAITING = "Waiting";

  /** A server responds but does not load its configuration, including its revocations. */
  public static final String SERVER_REFUSES = "ServerRefuses";

  // RolesBound
  public static final String ALL_BOUND = "AllBound";
  public static final String SOME_UNBOUND = "SomeUnbound";

  // FieldsSupported
  public static final String ALL_SUPPORTED = "AllSupported";
  public static final String FIELDS_IGNORED = "FieldsIgnored";

  // Managed; else PAUSED or INVALID
  public static final String MANAGED = "FollowsSpec";

  /** Another client adds fields again that the operator has removed. */
  public static final String FOREIGN_FIELDS = "ForeignFields";

  // CalloutReady
  public static final String LOGINS_ANSWERED = "LoginsAnswered";
  public static final String NO_REPLICA = "NoReplica";
  public static final String KEYS_INVALID = "KeysInvalid";

  /** A change back to tokens of Secrets waits for pods with projected tokens. */
  public static final String WAITING_FOR_PODS = "WaitingForPods";

  // LoginsAccepted
  public static final String NONE_REFUSED = "NoneRefused";

  /** Servers refuse logins again and again. */
  public static final String LOGINS_REFUSED = "LoginsRefused";

  /** Reasons of the condition Ready. */
  public static final List<String> OF_READY =
      List.of(
          ALL_SERVERS_READY,
          PAUSED,
          SERVERS_NOT_READY,
          SCALING_UP,
          SCALING_DOWN,
          ROLLING_OUT,
          CONFIG_NOT_APPLIED,
          SERVER_FAILS,
          SERVERS_ISOLATED,
          INVALID,
          REFUSED);

  /** Reasons of the other conditions. */
  static final List<String> OF_OTHERS =
      List.of(
          CONFIRMED,
          WAITING,
          SERVER_REFUSES,
          ALL_BOUND,
          SOME_UNBOUND,
          ALL_SUPPORTED,
          FIELDS_IGNORED,
          MANAGED,
          FOREIGN_FIELDS,
          LOGINS_ANSWERED,
          NO_REPLICA,
          KEYS_INVALID,
          WAITING_FOR_PODS,
          NONE_REFUSED,
          LOGINS_REFUSED);

  private ClusterReasons() {}
}
