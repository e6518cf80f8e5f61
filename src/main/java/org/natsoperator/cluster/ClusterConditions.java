package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.Identity;
import org.natsoperator.role.Problem;

/** What a cluster's status says. */
final class ClusterConditions {

  static final String READY = "Ready";
  static final String CONFIG_APPLIED = "ConfigApplied";
  static final String ROLES_BOUND = "RolesBound";
  static final String FIELDS_SUPPORTED = "FieldsSupported";

  private static final String INVALID = "Invalid";
  private static final Set<String> WORTH_WARNING = Set.of(INVALID, ServersCondition.SERVER_FAILS);
  private static final int MOST_ROLES_NAMED = 5;

  private ClusterConditions() {}

  /** The status without times. */
  static NatsClusterStatus status(
      ObservedCluster observed,
      List<Problem> problems,
      Logins logins,
      Map<String, Push> pushes,
      Rollout rollout,
      Instant now) {
    int wanted = observed.cluster().getSpec().size();
    List<ObservedServer> ready = observed.staying().stream().filter(ObservedServer::ready).toList();
    Condition applied = configApplied(observed, pushes, now);
    List<Condition> conditions =
        List.of(
            ready(observed, problems, rollout, applied),
            applied,
            rolesBound(observed.cluster(), logins),
            fieldsSupported(observed));
    int roles = observed.roles().size();
    return new NatsClusterStatus(
        observed.cluster().getMetadata().getGeneration(),
        observed.servers().size(),
        version(ready),
        observed.cluster().getSpec().isPaused() ? true : null,
        ready.size() + "/" + wanted,
        (roles - logins.unbound().size()) + "/" + roles,
        ChildMeta.labels(observed.cluster()).entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .sorted()
            .collect(Collectors.joining(",")),
        conditions);
  }

  /** Whether the status says that every server has its configuration. */
  static boolean wasApplied(NatsCluster cluster) {
    return cluster.getStatus() != null
        && cluster.getStatus().conditions().stream()
            .filter(condition -> condition.getType().equals(CONFIG_APPLIED))
            .anyMatch(Conditions::isMet);
  }

  /** What a user must mend, if there is anything: worth an Event. */
  static Optional<Condition> warning(NatsClusterStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(READY))
        .filter(condition -> WORTH_WARNING.contains(condition.getReason()))
        .findFirst();
  }

  /** The status as it is, but that the API server refused something. */
  static NatsClusterStatus refused(NatsCluster cluster, Problem problem) {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(Conditions.unmet(READY, "Refused", problem.message()));
    NatsClusterStatus before = cluster.getStatus();
    if (before == null) {
      return new NatsClusterStatus(null, null, null, null, null, null, null, conditions);
    }
    before.conditions().stream()
        .filter(condition -> !condition.getType().equals(READY))
        .forEach(conditions::add);
    return before.withConditions(conditions);
  }

  private static Condition ready(
      ObservedCluster observed, List<Problem> problems, Rollout rollout, Condition applied) {
    if (!problems.isEmpty()) {
      return Conditions.unmet(READY, INVALID, Problem.join(problems));
    }
    Optional<Condition> servers = ServersCondition.unmet(READY, observed, rollout);
    if (servers.isPresent()) {
      return servers.get();
    }
    if (!Conditions.isMet(applied)) {
      return Conditions.unmet(READY, "ConfigNotApplied", applied.getMessage());
    }
    return Conditions.met(READY, "AllServersReady", "all servers are ready");
  }

  private static Condition configApplied(
      ObservedCluster observed, Map<String, Push> pushes, Instant now) {
    List<String> waiting = new ArrayList<>();
    List<String> refusing = new ArrayList<>();
    for (ObservedServer server : observed.staying()) {
      Optional<Push> push = Optional.ofNullable(pushes.get(server.uid()));
      if (push.filter(Push::confirmed).isEmpty()) {
        boolean refuses = server.varz().isPresent() && push.filter(p -> p.refused(now)).isPresent();
        (refuses ? refusing : waiting).add(server.name());
      }
    }
    if (!refusing.isEmpty()) {
      return Conditions.unmet(CONFIG_APPLIED, "ServerRefuses", refusal(refusing));
    }
    if (!waiting.isEmpty() || observed.staying().isEmpty()) {
      String servers = waiting.isEmpty() ? "the first server" : String.join(", ", waiting);
      return Conditions.unmet(
          CONFIG_APPLIED,
          "Waiting",
          "waiting for %s to confirm the configuration".formatted(servers));
    }
    return Conditions.met(CONFIG_APPLIED, "Confirmed", "every server confirmed its configuration");
  }

  private static String refusal(List<String> servers) {
    return "%s: the server answers but does not take its new configuration and keeps the rights it had before; its log says why"
        .formatted(String.join(", ", servers));
  }

  private static Condition rolesBound(NatsCluster cluster, Logins logins) {
    Map<Identity, Unbound> unbound = logins.unbound();
    if (unbound.isEmpty()) {
      return Conditions.met(ROLES_BOUND, "AllBound", "every role is bound");
    }
    Stream<String> named =
        unbound.entrySet().stream()
            .limit(MOST_ROLES_NAMED)
            .map(role -> role.getKey().userIn(cluster) + " (" + role.getValue().reason() + ")");
    return Conditions.unmet(
        ROLES_BOUND,
        "SomeUnbound",
        "%d not bound, see their status: %s%s"
            .formatted(
                unbound.size(),
                named.collect(Collectors.joining(", ")),
                unbound.size() > MOST_ROLES_NAMED ? ", …" : ""));
  }

  private static Condition fieldsSupported(ObservedCluster observed) {
    List<String> ignored = UnbuiltFields.harmless(observed.cluster().getSpec());
    return ignored.isEmpty()
        ? Conditions.met(FIELDS_SUPPORTED, "AllSupported", "every field that is set has its effect")
        : Conditions.unmet(
            FIELDS_SUPPORTED,
            "FieldsIgnored",
            "not supported yet and without effect: " + String.join(", ", ignored));
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
