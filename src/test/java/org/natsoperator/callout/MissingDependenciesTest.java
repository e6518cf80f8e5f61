package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.connections.ConnectionIndex.Entry;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Tokens;

class MissingDependenciesTest {

  private static final String USER = "nats-user";
  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final NatsServiceRole ROLE = Roles.user();
  private static final ServiceAccount ACCOUNT = Roles.account(USER);
  private static final Secret SECRET = Roles.tokenSecret(USER, "token");
  private static final Pod POD = LoginFixture.pod(LoginFixture.POD_UID).build();
  private static final ConnectionTags BY_POD = byPod("client", LoginFixture.POD_UID);
  private static final ConnectionTags BY_SECRET =
      tags(
          Optional.of(Tokens.secretUid(USER)),
          Optional.empty(),
          LoginVersions.ofSecretToken("token"));

  private final SharedInformers informers = EmptyInformers.create();
  private final FakeReader reader = new FakeReader();
  private final MissingDependencies dependencies = new MissingDependencies(informers, reader);
  private final Map<Key, Revocation> ended = new ConcurrentHashMap<>();

  @AfterEach
  void stop() {
    dependencies.stop();
  }

  @Test
  void asksAboutNothingThatInformersContain() {
    cache(CLUSTER, ROLE, ACCOUNT, SECRET, POD);

    check(BY_POD, BY_SECRET);

    awaitEnd();
    assertThat(reader.requests()).isEmpty();
    assertThat(ended).isEmpty();
  }

  /** The informers may lag behind the replica that admitted the client. */
  @Test
  void keepsConnectionsWhoseObjectsExist() {
    Stream.of(CLUSTER, ROLE, ACCOUNT, SECRET, POD).forEach(reader::with);

    check(BY_POD, BY_SECRET);

    awaitEnd();
    assertThat(reader.requests())
        .containsExactlyInAnyOrder(
            "NatsCluster example-nats",
            "NatsServiceRole nats-user",
            "ServiceAccount nats-user",
            "Secret nats-user-example-nats-bound-token",
            "Pod client");
    assertThat(ended).isEmpty();
  }

  @Test
  void keepsConnectionsWhileTheApiServerDoesNotAnswer() {
    reader.silent();

    check(BY_POD, BY_SECRET);

    awaitEnd();
    assertThat(reader.requests()).isNotEmpty();
    assertThat(ended).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void endsConnection(
      String description, Revocation reason, ConnectionTags login, List<HasMetadata> existing) {
    existing.forEach(reader::with);

    check(login);

    await().untilAsserted(() -> assertThat(ended).as(description).hasSize(1));
    assertThat(ended.values()).containsExactly(reason);
  }

  static Stream<Arguments> endsConnection() {
    NatsServiceRole other = Roles.user();
    other.getMetadata().setUid("other");
    NatsServiceRole unlabelled = Roles.user();
    unlabelled.getMetadata().setLabels(Map.of());
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
    cache(CLUSTER, ROLE, ACCOUNT);
    reader.with(POD);

    check(byPod("client", "invented"), BY_POD, byPod("!", LoginFixture.POD_UID));

    await().untilAsserted(() -> assertThat(ended).hasSize(2));
    awaitEnd();
    assertThat(ended).containsOnlyKeys(key(0), key(2));
  }

  @Test
  void asksOncePerObject() {
    cache(CLUSTER, ROLE, ACCOUNT);
    reader.with(POD);

    check(Stream.generate(() -> BY_POD).limit(100).toArray(ConnectionTags[]::new));

    awaitEnd();
    assertThat(reader.requests()).containsExactly("Pod client");
  }

  @Test
  void asksAboutSomeObjectsAtATime() {
    cache(CLUSTER, ROLE, ACCOUNT);
    ConnectionTags[] logins =
        IntStream.range(0, MissingDependencies.MOST_REQUESTS + 100)
            .mapToObj(i -> byPod("pod-" + i, "uid-" + i))
            .toArray(ConnectionTags[]::new);

    check(logins);
    awaitEnd();
    assertThat(reader.requests()).hasSize(MissingDependencies.MOST_REQUESTS);
    assertThat(ended).hasSize(MissingDependencies.MOST_REQUESTS);

    Set<String> first = new HashSet<>(reader.requests());
    await()
        .untilAsserted(
            () -> {
              check(logins);
              awaitEnd();
              assertThat(Set.copyOf(reader.requests())).hasSizeGreaterThan(first.size());
            });
  }

  @Test
  void checksDoNotOverlap() {
    cache(CLUSTER, ROLE, ACCOUNT);
    CountDownLatch latch = new CountDownLatch(1);
    reader.blocked(latch);

    IntStream.range(0, 10).forEach(i -> check(byPod("pod-" + i, "uid-" + i)));
    await().untilAsserted(() -> assertThat(reader.requests()).hasSize(1));
    latch.countDown();

    awaitEnd();
    assertThat(reader.requests()).containsExactly("Pod pod-0");
  }

  private void check(ConnectionTags... logins) {
    List<Entry> entries =
        IntStream.range(0, logins.length)
            .mapToObj(cid -> new Entry(key(cid), logins[cid]))
            .toList();
    dependencies.check(CLUSTER, entries, (entry, reason) -> ended.put(entry.key(), reason));
  }

  private void awaitEnd() {
    await().until(dependencies::isIdle);
  }

  private void cache(HasMetadata... objects) {
    for (HasMetadata object : objects) {
      switch (object) {
        case NatsCluster cluster -> informers.clusters().written(cluster);
        case NatsServiceRole role -> informers.roles().written(role);
        case ServiceAccount account -> informers.serviceAccounts().written(account);
        case Secret secret -> informers.secrets().written(secret);
        case Pod pod -> informers.clientPods().written(pod);
        default -> throw new IllegalArgumentException(object.getKind());
      }
    }
  }

  private static List<HasMetadata> all(HasMetadata... objects) {
    return Stream.concat(Stream.of(CLUSTER), Stream.of(objects)).toList();
  }

  private static Key key(long cid) {
    return new Key("server", cid);
  }

  private static ConnectionTags byPod(String name, String uid) {
    return tags(Optional.of(uid), Optional.of(name), LoginVersions.ofPodToken(ROLE, CLUSTER));
  }

  private static ConnectionTags tags(
      Optional<String> boundUid, Optional<String> pod, List<String> versions) {
    return new ConnectionTags(
        new Identity(Clusters.NAMESPACE, USER),
        Tokens.accountUid(USER),
        boundUid,
        pod,
        ROLE.getMetadata().getUid(),
        1,
        1,
        versions,
        Instant.MAX);
  }
}
