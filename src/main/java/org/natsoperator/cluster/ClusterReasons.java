package org.natsoperator.cluster;

import java.util.List;

/**
 * What a cluster's conditions say in a word. It is a contract with those who wait and alert on
 * them, and a label of a metric: no reason is made up elsewhere.
 */
final class ClusterReasons {

  // Ready
  static final String ALL_SERVERS_READY = "AllServersReady";
  static final String PAUSED = "Paused";
  static final String SERVERS_NOT_READY = "ServersNotReady";
  static final String SCALING_UP = "ScalingUp";
  static final String SCALING_DOWN = "ScalingDown";
  static final String ROLLING_OUT = "RollingOut";
  static final String CONFIG_NOT_APPLIED = "ConfigNotApplied";

  /** A server cannot start: until somebody mends the reason nothing more is changed. */
  static final String SERVER_FAILS = "ServerFails";

  static final String SERVERS_ISOLATED = "ServersIsolated";

  static final String INVALID = "Invalid";

  /** The API server refused something for good. */
  static final String REFUSED = "Refused";

  // ConfigApplied
  static final String CONFIRMED = "Confirmed";
  static final String WAITING = "Waiting";

  /** A server answers but does not take its configuration, revocations in it included. */
  static final String SERVER_REFUSES = "ServerRefuses";

  // RolesBound
  static final String ALL_BOUND = "AllBound";
  static final String SOME_UNBOUND = "SomeUnbound";

  // FieldsSupported
  static final String ALL_SUPPORTED = "AllSupported";
  static final String FIELDS_IGNORED = "FieldsIgnored";

  // Managed; else PAUSED or INVALID
  static final String MANAGED = "FollowsSpec";

  /** Reasons of the condition Ready. */
  static final List<String> OF_READY =
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
          MANAGED);

  private ClusterReasons() {}
}
