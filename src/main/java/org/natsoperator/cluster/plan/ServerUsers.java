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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.Binding;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;

/**
 * The users of a cluster, and the roles that get none so that the others keep theirs.
 *
 * @param users oldest role first, so that a new role never displaces an old one
 * @param unbound roles without a user, each with the reason
 */
public record ServerUsers(
    List<ServerUser> users, Set<Grant> grants, Map<Identity, Unbound> unbound) {

  /** The rest of the 1 MiB of a Secret is for the other keys and their growth. */
  private static final int MOST_BYTES = 1_000_000;

  /** Bytes of the file for one user and for one subject, in addition to their own text. */
  private static final int BYTES_PER_USER = 220;

  private static final int BYTES_PER_SUBJECT = 4;

  static ServerUsers of(ObservedCluster observed, List<ServerVersion> versions) {
    Map<Identity, Unbound> unbound = new LinkedHashMap<>();
    List<Bound> bound = new ArrayList<>();
    Set<String> ownUsers = ownUsers(observed);
    Predicate<Grant> mayLogIn = mayLogIn(observed);
    int bytes = 0;
    for (ObservedRole role : oldestFirst(observed.roles())) {
      switch (Binding.of(role, observed.proof())) {
        case Unbound reason -> unbound.put(role.identity(), reason);
        case Binding.Unissued unissued ->
            unbound.put(role.identity(), new Unbound(RoleReasons.TOKEN_MISSING, unissued.why()));
        case Bound login -> {
          Optional<Unbound> obstacle =
              mayLogIn.test(login.grant())
                  ? obstacle(login, bytes, versions, ownUsers)
                  : Optional.of(loginsHidden(observed));
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

  /** If the spec hides whether clients must log in, only the users of the servers stay. */
  private static Predicate<Grant> mayLogIn(ObservedCluster observed) {
    if (!observed.cluster().hidesLogins()) {
      return grant -> true;
    }
    Set<String> users = ConfigFiles.users(observed);
    return grant -> users.contains(grant.user());
  }

  private static Unbound loginsHidden(ObservedCluster observed) {
    return new Unbound(
        RoleReasons.SERVICE_ACCOUNTS_DISABLED,
        ("metadata.labels.%s: spec.auth of NatsCluster %s cannot be read, so no login is added;"
                + " correct it")
            .formatted(NatsApi.CLUSTER_LABEL, observed.cluster().getMetadata().getName()));
  }

  private static Optional<Unbound> obstacle(
      Bound login, int bytes, List<ServerVersion> versions, Set<String> ownUsers) {
    Grant grant = login.grant();
    if (grant.namesQueues() && !versions.stream().allMatch(ServerVersion::knowsQueuePermissions)) {
      return Optional.of(
          new Unbound(
              RoleReasons.QUEUES_NOT_SUPPORTED,
              "spec.permissions.subscribe: queue groups require nats-server 2.0.0 or later; raise"
                  + " the cluster's spec.version or remove them"));
    }
    if (!grant.isAtHome() && ownUsers.contains(grant.user())) {
      return Optional.of(Binding.userTaken(grant.user()));
    }
    return bytes + bytesOf(login) <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            new Unbound(
                RoleReasons.CONFIG_FULL,
                "the cluster's configuration has reached the maximum size of a Secret, 1 MiB;"
                    + " delete roles or split the cluster"));
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
    return new ServerUser(grant.user(), login.token().value(), grant.publish(), grant.subscribe());
  }

  private static int bytesOf(Bound login) {
    Grant grant = login.grant();
    int subjects =
        Stream.concat(grant.publish().stream(), grant.subscribe().stream())
            .mapToInt(subject -> bytesOf(subject) + BYTES_PER_SUBJECT)
            .sum();
    return BYTES_PER_USER + grant.user().length() + login.token().value().length() + subjects;
  }

  /** JSON escapes quotes and backslashes. */
  private static int bytesOf(String text) {
    int escapes = (int) text.chars().filter(c -> c == '"' || c == '\\').count();
    return text.getBytes(StandardCharsets.UTF_8).length + escapes;
  }
}
