package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.callout.DependencyChecks.ACCOUNT;
import static org.natsoperator.callout.DependencyChecks.BY_POD;
import static org.natsoperator.callout.DependencyChecks.CLUSTER;
import static org.natsoperator.callout.DependencyChecks.POD;
import static org.natsoperator.callout.DependencyChecks.ROLE;
import static org.natsoperator.callout.DependencyChecks.USER;
import static org.natsoperator.callout.DependencyChecks.byPod;
import static org.natsoperator.callout.DependencyChecks.key;
import static org.natsoperator.callout.DependencyChecks.tags;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Tokens;

/** Connections whose objects are missing in the informers: kept or ended. */
class MissingDependenciesTest {

  private static final Secret SECRET = Roles.tokenSecret(USER, "token");
  private static final ConnectionTags BY_SECRET =
      tags(
          Optional.of(Tokens.secretUid(USER)),
          Optional.empty(),
          LoginVersions.ofSecretToken("token"));

  @AutoClose private final DependencyChecks checks = new DependencyChecks();

  @Test
  void asksAboutNothingThatInformersContain() {
    checks.cache(CLUSTER, ROLE, ACCOUNT, SECRET, POD);

    checks.check(BY_POD, BY_SECRET);

    checks.awaitEnd();
    assertThat(checks.reader.requests()).isEmpty();
    assertThat(checks.ended).isEmpty();
  }

  /** The informers may lag behind the replica that admitted the client. */
  @Test
  void keepsConnectionsWhoseObjectsExist() {
    Stream.of(CLUSTER, ROLE, ACCOUNT, SECRET, POD).forEach(checks.reader::with);

    checks.check(BY_POD, BY_SECRET);

    checks.awaitEnd();
    assertThat(checks.reader.requests())
        .containsExactlyInAnyOrder(
            "NatsCluster example-nats",
            "NatsServiceRole nats-user",
            "ServiceAccount nats-user",
            "Secret nats-user-example-nats-bound-token",
            "Pod client");
    assertThat(checks.ended).isEmpty();
  }

  @Test
  void keepsConnectionsWhileTheApiServerDoesNotAnswer() {
    checks.reader.silent();

    checks.check(BY_POD, BY_SECRET);

    checks.awaitEnd();
    assertThat(checks.reader.requests()).isNotEmpty();
    assertThat(checks.ended).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void endsConnection(
      String description, Revocation reason, ConnectionTags login, List<HasMetadata> existing) {
    existing.forEach(checks.reader::with);

    checks.check(login);

    await().untilAsserted(() -> assertThat(checks.ended).as(description).hasSize(1));
    assertThat(checks.ended.values()).containsExactly(reason);
  }

  static Stream<Arguments> endsConnection() {
    NatsServiceRole other = Roles.user();
    other.getMetadata().setUid("other");
    NatsServiceRole unlabelled = Roles.user();
    unlabelled.getMetadata().setLabels(Map.of());
    NatsServiceRole moved = Roles.user();
    moved.getMetadata().setLabels(Map.of("nats_cluster", "other"));
    NatsServiceRole reissued = Roles.user();
    reissued.getMetadata().setAnnotations(Map.of("nats.io/reissue", "1"));
    NatsCluster renewed = Clusters.walkthrough("2.15.3");
    renewed.getMetadata().setAnnotations(Map.of("nats.io/reissue", "1"));
    ServiceAccount recreated = Roles.account(USER);
    recreated.getMetadata().setUid("other");
    Secret secret = Roles.tokenSecret(USER, "token");
    secret.getMetadata().setUid("other");
    Pod pod = LoginFixture.pod("other").build();
    Secret replaced = Roles.tokenSecret(USER, "another");
    return Stream.of(
        arguments("no role", Revocation.ROLE_DELETED, BY_POD, List.of(CLUSTER, ACCOUNT, POD)),
        arguments("a recreated role", Revocation.ROLE_DELETED, BY_POD, all(other, ACCOUNT, POD)),
        arguments(
            "a role without label", Revocation.ROLE_DELETED, BY_POD, all(unlabelled, ACCOUNT, POD)),
        arguments(
            "a role of another cluster", Revocation.ROLE_DELETED, BY_POD, all(moved, ACCOUNT, POD)),
        arguments("a reissued role", Revocation.REISSUED, BY_POD, all(reissued, ACCOUNT, POD)),
        arguments(
            "a reissued cluster",
            Revocation.REISSUED,
            BY_POD,
            List.of(renewed, ROLE, ACCOUNT, POD)),
        arguments("no account", Revocation.ACCOUNT_DELETED, BY_POD, all(ROLE, POD)),
        arguments(
            "a recreated account", Revocation.ACCOUNT_DELETED, BY_POD, all(ROLE, recreated, POD)),
        arguments("no pod", Revocation.BOUND_OBJECT_DELETED, BY_POD, all(ROLE, ACCOUNT)),
        arguments("another pod", Revocation.BOUND_OBJECT_DELETED, BY_POD, all(ROLE, ACCOUNT, pod)),
        arguments("no Secret", Revocation.BOUND_OBJECT_DELETED, BY_SECRET, all(ROLE, ACCOUNT)),
        arguments(
            "another Secret",
            Revocation.BOUND_OBJECT_DELETED,
            BY_SECRET,
            all(ROLE, ACCOUNT, secret)),
        arguments("another token", Revocation.REISSUED, BY_SECRET, all(ROLE, ACCOUNT, replaced)));
  }

  /** A server may be any program and can invent UIDs. */
  @Test
  void inventedUidEndsOnlyTheConnectionThatReportsIt() {
    checks.cache(CLUSTER, ROLE, ACCOUNT);
    checks.reader.with(POD);

    checks.check(byPod("client", "invented"), BY_POD, byPod("!", LoginFixture.POD_UID));

    await().untilAsserted(() -> assertThat(checks.ended).hasSize(2));
    checks.awaitEnd();
    assertThat(checks.ended).containsOnlyKeys(key(0), key(2));
  }

  private static List<HasMetadata> all(HasMetadata... objects) {
    return Stream.concat(Stream.of(CLUSTER), Stream.of(objects)).toList();
  }
}
