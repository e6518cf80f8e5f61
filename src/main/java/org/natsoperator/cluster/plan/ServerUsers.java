package org.natsoperator.cluster.plan;

import java.nio.charset.StandardCharsets;
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
import org.natsoperator.api.RoleReasons;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.Binding;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;

/**
 * Who may log in to a cluster, and which roles must be left out so that the others are not harmed.
 *
 * @param users in the order of their roles' age, so that a new role never pushes out an old one
 * @param unbound roles nobody can log in by, each with the reason
 */
public record ServerUsers(
    List<ServerUser> users, Set<Grant> grants, Map<Identity, Unbound> unbound) {

  /**
   * What of the 1 MiB of a Secret is for users; the rest is for the other keys and their growth.
   */
  private static final int MOST_BYTES = 1_000_000;

  /** What one user and one subject take in the file beside their own text. */
  private static final int BYTES_PER_USER = 220;

  private static final int BYTES_PER_SUBJECT = 4;

  static ServerUsers of(ObservedCluster observed, List<ServerVersion> versions) {
    Map<Identity, Unbound> unbound = new LinkedHashMap<>();
    List<Bound> bound = new ArrayList<>();
    Set<String> ownUsers = ownUsers(observed);
    int bytes = 0;
    for (ObservedRole role : oldestFirst(observed.roles())) {
      switch (Binding.of(role, observed.proof())) {
        case Unbound reason -> unbound.put(role.identity(), reason);
        case Binding.Unissued unissued ->
            unbound.put(role.identity(), new Unbound(RoleReasons.TOKEN_MISSING, unissued.why()));
        case Bound login -> {
          Optional<Unbound> obstacle = obstacle(login, bytes, versions, ownUsers);
          obstacle.ifPresent(reason -> unbound.put(role.identity(), reason));
          if (obstacle.isEmpty()) {
            bytes += bytesOf(login);
            bound.add(login);
          }
        }
      }
    }
    return new ServerUsers(
        bound.stream().map(ServerUsers::user).toList(),
        new HashSet<>(bound.stream().map(Bound::grant).toList()),
        unbound);
  }

  private static Optional<Unbound> obstacle(
      Bound login, int bytes, List<ServerVersion> versions, Set<String> ownUsers) {
    Grant grant = login.grant();
    if (grant.namesQueues() && !versions.stream().allMatch(ServerVersion::knowsQueuePermissions)) {
      return Optional.of(queuesUnknown());
    }
    if (!grant.isAtHome() && ownUsers.contains(grant.user())) {
      return Optional.of(Binding.userTaken(grant.user()));
    }
    return bytes + bytesOf(login) > MOST_BYTES ? Optional.of(full()) : Optional.empty();
  }

  /** Users of roles of the cluster's own namespace: two of one name would spoil the whole file. */
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
    return new ServerUser(grant.user(), login.token().value(), grant.publish(), grant.subscribe());
  }

  private static int bytesOf(Bound login) {
    Grant grant = login.grant();
    int subjects = 0;
    for (List<String> side : List.of(grant.publish(), grant.subscribe())) {
      for (String subject : side) {
        subjects += bytesOf(subject) + BYTES_PER_SUBJECT;
      }
    }
    return BYTES_PER_USER + grant.user().length() + login.token().value().length() + subjects;
  }

  /** JSON writes quotes and backslashes with another backslash. */
  private static int bytesOf(String text) {
    int escapes = (int) text.chars().filter(c -> c == '"' || c == '\\').count();
    return text.getBytes(StandardCharsets.UTF_8).length + escapes;
  }

  private static Unbound queuesUnknown() {
    return new Unbound(
        RoleReasons.QUEUES_NOT_SUPPORTED,
        "spec.permissions.subscribe: queue groups need nats-server 2.0.0 or later; raise the"
            + " cluster's spec.version or remove them");
  }

  private static Unbound full() {
    return new Unbound(
        RoleReasons.CONFIG_FULL,
        "the cluster's configuration holds as many roles as fit into a Secret of 1 MiB; delete"
            + " roles or split the cluster");
  }
}
