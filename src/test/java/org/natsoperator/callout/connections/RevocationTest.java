package org.natsoperator.callout.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class RevocationTest {

  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final long GENERATION = 5;
  private static final long CLUSTER_GENERATION = 3;
  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final ConnectionTags LOGIN =
      new ConnectionTags(
          new Identity(Clusters.NAMESPACE, "nats-user"),
          "uid-of-account",
          Optional.of("uid-of-pod"),
          Optional.of("client"),
          "uid-of-role-nats-user",
          GENERATION,
          CLUSTER_GENERATION,
          List.of("version"),
          NOW.plusSeconds(60));

  @Test
  void keepsConnectionWhileNothingChanges() {
    assertThat(decide(role(role -> {}), Set.of())).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void endsConnection(
      String description, Revocation reason, Optional<ObservedRole> role, Set<String> deleted) {
    assertThat(decide(role, deleted)).as(description).hasValue(reason);
  }

  static Stream<Arguments> endsConnection() {
    Optional<ObservedRole> same = role(role -> {});
    return Stream.of(
        arguments("a deleted account", Revocation.ACCOUNT_DELETED, same, Set.of("uid-of-account")),
        arguments("another request", Revocation.REISSUED, same, Set.of("version")),
        arguments("a deleted pod", Revocation.BOUND_OBJECT_DELETED, same, Set.of("uid-of-pod")),
        arguments(
            "a deleted role",
            Revocation.ROLE_DELETED,
            Optional.empty(),
            Set.of("uid-of-role-nats-user")),
        arguments(
            "a recreated role",
            Revocation.ROLE_DELETED,
            role(role -> role.getMetadata().setUid("uid-of-next-role")),
            Set.of("uid-of-role-nats-user")),
        arguments(
            "a changed role",
            Revocation.ROLE_CHANGED,
            role(role -> role.getMetadata().setGeneration(GENERATION + 1)),
            Set.of()),
        arguments(
            "a role of another cluster",
            Revocation.BINDING_LOST,
            role(role -> role.getMetadata().getLabels().put("nats_cluster", "other")),
            Set.of()));
  }

  /** The caches of this replica may lag behind those of the replica that admitted the client. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void keepsNewerLogin(String description, Optional<ObservedRole> role) {
    assertThat(decide(role, Set.of())).as(description).isEmpty();
  }

  static Stream<Arguments> keepsNewerLogin() {
    return Stream.of(
        arguments("a role that is not visible yet", Optional.empty()),
        arguments(
            "an older generation", role(role -> role.getMetadata().setGeneration(GENERATION - 1))),
        arguments(
            "an earlier role of the same name",
            role(role -> role.getMetadata().setUid("uid-of-earlier-role"))));
  }

  @ParameterizedTest
  @ValueSource(longs = {CLUSTER_GENERATION, CLUSTER_GENERATION + 1})
  void endsConnectionOfNamespaceThatIsNoLongerAdmitted(long generation) {
    assertThat(decide(elsewhere(), Set.of(), generation)).hasValue(Revocation.BINDING_LOST);
  }

  @Test
  void keepsConnectionOfNamespaceThatOnlyANewerClusterAdmits() {
    assertThat(decide(elsewhere(), Set.of(), CLUSTER_GENERATION - 1)).isEmpty();
  }

  /** A finalizer can hold it. */
  @Test
  void endsConnectionOfAccountThatIsBeingDeleted() {
    assertThat(decide(withEndingAccount("uid-of-account"), Set.of()))
        .hasValue(Revocation.BINDING_LOST);
    assertThat(decide(withEndingAccount("uid-of-earlier-account"), Set.of())).isEmpty();
  }

  @Test
  void keepsConnectionOfAccountThatIsNotVisibleYet() {
    assertThat(decide(withoutAccount(), Set.of())).isEmpty();
  }

  @Test
  void endsConnectionBeforeItsTokenExpires() {
    Optional<ObservedRole> same = role(role -> {});

    assertThat(at(NOW.plusSeconds(59), same)).isEmpty();
    assertThat(at(NOW.plusSeconds(60), same)).hasValue(Revocation.RENEWAL);
  }

  private static Optional<Revocation> at(Instant now, Optional<ObservedRole> role) {
    return Revocation.of(
        LOGIN, role.map(RoleState::of), Clusters.UID, CLUSTER_GENERATION, uid -> false, now);
  }

  private static Optional<Revocation> decide(Optional<ObservedRole> role, Set<String> deleted) {
    return decide(role, deleted, CLUSTER_GENERATION);
  }

  private static Optional<Revocation> decide(
      Optional<ObservedRole> role, Set<String> deleted, long clusterGeneration) {
    return Revocation.of(
        LOGIN, role.map(RoleState::of), Clusters.UID, clusterGeneration, deleted::contains, NOW);
  }

  private static Optional<ObservedRole> role(Consumer<NatsServiceRole> edit) {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setGeneration(GENERATION);
    edit.accept(role);
    return role(role, List.of(Roles.account("nats-user")));
  }

  private static Optional<ObservedRole> withoutAccount() {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setGeneration(GENERATION);
    return role(role, List.of());
  }

  private static Optional<ObservedRole> withEndingAccount(String uid) {
    ServiceAccount account = Roles.account("nats-user");
    account.getMetadata().setUid(uid);
    account.getMetadata().setDeletionTimestamp("2026-11-27T11:59:00Z");
    NatsServiceRole role = Roles.user();
    role.getMetadata().setGeneration(GENERATION);
    return role(role, List.of(account));
  }

  private static Optional<ObservedRole> role(NatsServiceRole role, List<ServiceAccount> accounts) {
    return Optional.of(Roles.observed(role, List.of(CLUSTER), accounts, List.of()));
  }

  /** The role names a cluster that does not admit its namespace. */
  private static Optional<ObservedRole> elsewhere() {
    NatsServiceRole role = Roles.in(Clusters.NAMESPACE, "nats-user", "other");
    role.getMetadata().setGeneration(GENERATION);
    return Optional.of(
        Roles.observed(
            role,
            List.of(Clusters.in("other", "third")),
            List.of(Roles.account("nats-user")),
            List.of()));
  }
}
