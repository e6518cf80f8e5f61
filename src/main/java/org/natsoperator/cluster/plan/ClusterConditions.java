package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.Identity;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.cluster.validation.UnsupportedFields;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.validation.FieldError;

/** The status of a cluster and its conditions. */
public final class ClusterConditions {

  public static final String READY = "Ready";
  static final String ROLES_BOUND = "RolesBound";
  static final String FIELDS_SUPPORTED = "FieldsSupported";

  private static final Set<String> WORTH_WARNING =
      Set.of(
          ClusterReasons.INVALID,
          ClusterReasons.SERVER_FAILS,
          ClusterReasons.SERVER_REFUSES,
          ClusterReasons.FIELDS_IGNORED,
          ClusterReasons.LOGINS_REFUSED);
  private static final int MOST_ROLES_NAMED = 5;

  private ClusterConditions() {}

  /** The status; its conditions have no times. */
  static NatsClusterStatus status(
      ObservedCluster observed,
      List<FieldError> errors,
      ServerUsers users,
      Map<String, Push> pushes,
      Rollout rollout,
      Instant now) {
    List<ObservedServer> ready = observed.ready();
    Condition applied = ConfigAppliedCondition.of(observed, pushes, now);
    int roles = observed.roles().size();
    return new NatsClusterStatus(
        observed.cluster().getMetadata().getGeneration(),
        observed.servers().size(),
        version(ready),
        observed.cluster().getSpec().isPaused() ? true : null,
        ready.size() + "/" + observed.cluster().getSpec().size(),
        (roles - users.unbound().size()) + "/" + roles,
        selector(observed.cluster()),
        CompletedReissue.of(observed, Conditions.isMet(applied)),
        ServerStatuses.endpoints(observed.cluster()),
        ServerStatuses.of(observed, pushes),
        RecordedCalloutKeys.inUse(observed).orElse(null),
        RecordedCalloutKeys.renewed(observed).orElse(null),
        tokens(observed),
        conditions(observed, users, ready(observed, errors, rollout, applied), applied, now));
  }

  private static List<Condition> conditions(
      ObservedCluster observed,
      ServerUsers users,
      Condition ready,
      Condition applied,
      Instant now) {
    Stream<Condition> ofEveryCluster =
        Stream.of(
            ready,
            applied,
            rolesBound(observed.cluster(), users),
            fieldsSupported(observed),
            ManagedCondition.of(observed.cluster()));
    Stream<Optional<Condition>> ofSomeClusters =
        Stream.of(CalloutCondition.of(observed), LoginsCondition.of(observed, now));
    return Stream.concat(ofEveryCluster, ofSomeClusters.flatMap(Optional::stream)).toList();
  }

  /** Whether the status reports this generation of the spec as applied on every server. */
  static boolean wasApplied(NatsCluster cluster) {
    return cluster.getStatus() != null
        && cluster.getMetadata().getGeneration().equals(cluster.getStatus().observedGeneration())
        && isMet(cluster.getStatus().conditions(), ConfigAppliedCondition.TYPE);
  }

  /** Whether the status says that the spec is invalid. */
  public static boolean isInvalid(NatsCluster cluster) {
    return cluster.getStatus() != null
        && Conditions.reason(cluster.getStatus().conditions(), READY)
            .equals(ClusterReasons.INVALID);
  }

  /** The conditions that need action by the user and get an Event. */
  public static Stream<Condition> warnings(NatsClusterStatus status) {
    return status.conditions().stream()
        .filter(
            condition ->
                condition.getType().equals(ManagedCondition.TYPE)
                    ? condition.getReason().equals(ClusterReasons.FOREIGN_FIELDS)
                    : WORTH_WARNING.contains(condition.getReason()));
  }

  /** The condition Ready, if it is met now and was not before. */
  public static Optional<Condition> nowReady(List<Condition> before, NatsClusterStatus status) {
    boolean wasReady = isMet(before, READY);
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(READY))
        .filter(condition -> !wasReady && Conditions.isMet(condition))
        .findFirst();
  }

  /** Whether two conditions are equal except for their times. */
  public static boolean same(Condition one, Condition other) {
    return one.getType().equals(other.getType())
        && one.getReason().equals(other.getReason())
        && one.getMessage().equals(other.getMessage());
  }

  /**
   * The current status, with Ready replaced by an error of the API server. A status of the Go
   * operator, which sets no observed generation, can have several conditions of one type.
   */
  public static NatsClusterStatus refused(NatsCluster cluster, FieldError error) {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(Conditions.unmet(READY, ClusterReasons.REFUSED, error.message()));
    NatsClusterStatus before = cluster.getStatus();
    if (before == null || before.observedGeneration() == null) {
      return NatsClusterStatus.of(conditions);
    }
    before.conditions().stream()
        .filter(condition -> !condition.getType().equals(READY))
        .forEach(conditions::add);
    return before.withConditions(conditions);
  }

  private static boolean isMet(List<Condition> conditions, String type) {
    return conditions.stream()
        .filter(condition -> condition.getType().equals(type))
        .anyMatch(Conditions::isMet);
  }

  private static Condition ready(
      ObservedCluster observed, List<FieldError> errors, Rollout rollout, Condition applied) {
    if (!errors.isEmpty()) {
      return Conditions.unmet(READY, ClusterReasons.INVALID, FieldError.join(errors));
    }
    Optional<Condition> servers = ServersCondition.unmet(READY, observed, rollout);
    if (servers.isPresent()) {
      return servers.get();
    }
    if (!Conditions.isMet(applied)) {
      return Conditions.unmet(READY, ClusterReasons.CONFIG_NOT_APPLIED, applied.getMessage());
    }
    return observed.cluster().getSpec().isPaused()
        ? Conditions.met(
            READY,
            ClusterReasons.PAUSED,
            "all servers are ready; spec.paused prevents further changes")
        : Conditions.met(READY, ClusterReasons.ALL_SERVERS_READY, "all servers are ready");
  }

  private static Condition rolesBound(NatsCluster cluster, ServerUsers users) {
    Map<Identity, Unbound> unbound = users.unbound();
    if (unbound.isEmpty()) {
      return Conditions.met(ROLES_BOUND, ClusterReasons.ALL_BOUND, "every role is bound");
    }
    Stream<String> named =
        unbound.entrySet().stream()
            .limit(MOST_ROLES_NAMED)
            .map(role -> role.getKey().userIn(cluster) + " (" + role.getValue().reason() + ")");
    return Conditions.unmet(
        ROLES_BOUND,
        ClusterReasons.SOME_UNBOUND,
        "%d %s not bound: %s%s; see their status"
            .formatted(
                unbound.size(),
                unbound.size() == 1 ? "role is" : "roles are",
                named.collect(Collectors.joining(", ")),
                unbound.size() > MOST_ROLES_NAMED ? ", …" : ""));
  }

  private static Condition fieldsSupported(ObservedCluster observed) {
    List<String> ignored = UnsupportedFields.harmless(observed.cluster().getSpec());
    return ignored.isEmpty()
        ? Conditions.met(
            FIELDS_SUPPORTED, ClusterReasons.ALL_SUPPORTED, "all fields that are set are supported")
        : Conditions.unmet(
            FIELDS_SUPPORTED,
            ClusterReasons.FIELDS_IGNORED,
            "not supported yet and ignored: " + String.join(", ", ignored) + "; remove them");
  }

  /** The source of tokens that every server accepts; absent if the spec does not choose one. */
  private static String tokens(ObservedCluster observed) {
    if (!observed.cluster().getSpec().auth().usesProjectedTokens()) {
      return null;
    }
    boolean allAsk = observed.staying().stream().allMatch(observed::asksOperator);
    return allAsk ? AuthPolicy.PROJECTED : AuthPolicy.BOUND_SECRET;
  }

  private static String selector(NatsCluster cluster) {
    return ChildMetadata.labels(cluster).entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .sorted()
        .collect(Collectors.joining(","));
  }

  private static String version(List<ObservedServer> ready) {
    List<String> versions =
        ready.stream()
            .flatMap(server -> server.version().stream())
            .map(ServerVersion::tag)
            .distinct()
            .toList();
    return versions.size() == 1 ? versions.getFirst() : null;
  }
}
