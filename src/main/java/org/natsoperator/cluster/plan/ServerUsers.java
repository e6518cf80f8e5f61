package org.natsoperator.cluster.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.Binding;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;

/**
 * The users of a cluster, and the roles that get none so that the others keep theirs.
 *
 * @param users oldest role first
 * @param logins of the roles with a user
 * @param unbound roles without a user, each with the reason
 * @param limited roles whose user lacks new permissions, each with the reason
 */
public record ServerUsers(
    List<ServerUser> users,
    Set<Bound> logins,
    Map<Identity, Unbound> unbound,
    Map<Identity, String> limited) {

  static ServerUsers of(ObservedCluster observed, List<ServerVersion> versions) {
    Map<Identity, Unbound> unbound = new LinkedHashMap<>();
    List<Bound> bound = new ArrayList<>();
    Set<String> ownUsers = ownUsers(observed);
    for (ObservedRole role : oldestFirst(observed.roles())) {
      switch (Binding.of(role, observed.proof())) {
        case Unbound reason -> unbound.put(role.identity(), reason);
        case Binding.Unissued unissued ->
            unbound.put(role.identity(), new Unbound(RoleReasons.TOKEN_MISSING, unissued.why()));
        case Binding.PodTokens tokens -> {} // The operator applies the role at each login.
        case Bound login ->
            obstacle(login, versions, ownUsers)
                .ifPresentOrElse(
                    reason -> unbound.put(role.identity(), reason), () -> bound.add(login));
      }
    }
    ConfigSpace space = space(bound, observed);
    unbound.putAll(space.unbound());
    return new ServerUsers(
        space.logins().stream().map(ServerUsers::user).toList(),
        new HashSet<>(space.logins()),
        unbound,
        space.limited());
  }

  /** While the operator cannot read who may log in, users only lose rights. */
  private static ConfigSpace space(List<Bound> bound, ObservedCluster observed) {
    NatsCluster cluster = observed.cluster();
    return cluster.hidesAccess()
        ? ConfigSpace.withoutGrowth(
            bound, PreviousUsers.in(observed), Binding.accessHidden(cluster))
        : ConfigSpace.of(bound, () -> PreviousUsers.in(observed));
  }

  private static Optional<Unbound> obstacle(
      Bound login, List<ServerVersion> versions, Set<String> ownUsers) {
    Grant grant = login.grant();
    if (grant.namesQueues() && !versions.stream().allMatch(ServerVersion::knowsQueuePermissions)) {
      return Optional.of(
          new Unbound(
              RoleReasons.QUEUES_NOT_SUPPORTED,
              "spec.permissions.subscribe: queue groups require nats-server 2.0.0 or later; raise"
                  + " the cluster's spec.version or remove them"));
    }
    if (grant.responses().isPresent()
        && !versions.stream().allMatch(ServerVersion::knowsResponsePermissions)) {
      return Optional.of(
          new Unbound(
              RoleReasons.RESPONSES_NOT_SUPPORTED,
              "spec.permissions.allowResponses: requires nats-server 2.0.4 or later; raise the"
                  + " cluster's spec.version or remove it"));
    }
    return !grant.isAtHome() && ownUsers.contains(grant.user())
        ? Optional.of(Binding.userTaken(grant.user()))
        : Optional.empty();
  }

  /** Users of roles in the cluster's namespace: a duplicate name makes the file invalid. */
  private static Set<String> ownUsers(ObservedCluster observed) {
    return observed.roles().stream()
        .map(ObservedRole::identity)
        .filter(identity -> identity.isAtHomeIn(observed.cluster()))
        .map(Identity::serviceAccount)
        .collect(Collectors.toSet());
  }

  private static List<ObservedRole> oldestFirst(List<ObservedRole> roles) {
    return roles.stream()
        .sorted(
            Comparator.comparing(
                    (ObservedRole role) -> role.role().getMetadata().getCreationTimestamp())
                .thenComparing(role -> role.identity().toString()))
        .toList();
  }

  private static ServerUser user(Bound login) {
    Grant grant = login.grant();
    return new ServerUser(
        grant.user(), login.token().value(), grant.publish(), grant.subscribe(), grant.responses());
  }
}
