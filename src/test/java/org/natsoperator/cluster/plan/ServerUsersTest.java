package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.Permissions;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;

class ServerUsersTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final int SECRET_LIMIT = 1024 * 1024;

  @Test
  void boundRoleGivesUserWithTokenAndSubjects() {
    ObservedRole role = Roles.bound(Roles.user(), CLUSTER);
    ServerUser user = users("2.15.3", role).users().getFirst();

    assertThat(user.name()).isEqualTo("nats-user");
    assertThat(user.password()).startsWith("ey").contains(".");
    assertThat(user.publish()).containsExactly("foo.*", "foo.bar.quux");
    assertThat(user.subscribe())
        .containsExactly("foo.bar", "greetings", "hello.world", "_INBOX_.nats-io.nats-user.>");
    assertThat(user.responses()).isEmpty();
  }

  @ParameterizedTest(name = "allowResponses on servers of {0}: bound {1}")
  @CsvSource({"2.15.3, true", "2.0.4, true", "2.0.2, false", "2.15.3 1.2.0, false"})
  void bindsResponderOnlyIfAllServersSupportIt(String versions, boolean bound) {
    AllowResponses responses = new AllowResponses(3, null);
    NatsServiceRole responder = Roles.role("responder", List.of(), List.of());
    responder.setSpec(
        new NatsServiceRoleSpec(new Permissions(List.of(), List.of("a"), responses), null));
    ServerUsers users = users(versions, Roles.bound(responder, CLUSTER));

    assertThat(reasons(users))
        .isEqualTo(bound ? Map.of() : Map.of("responder", "ResponsesNotSupported"));
    assertThat(users.users())
        .extracting(ServerUser::responses)
        .isEqualTo(bound ? List.of(Optional.of(responses)) : List.of());
  }

  @Test
  void sortsUsersByAgeThenName() {
    ServerUsers users =
        users(
            "2.15.3",
            aged("c", "2018-01-01"),
            aged("b", "2019-01-01"),
            aged("a", "2019-01-01"),
            aged("d", "2017-01-01"));

    assertThat(users.users()).extracting(ServerUser::name).containsExactly("d", "c", "a", "b");
  }

  @Test
  void omitsOnlyRoleWithoutVerifiedToken() {
    ObservedRole unproven = Roles.observed(Roles.user(), CLUSTER, "forged");
    ServerUsers users = users("2.15.3", unproven, Roles.bound(Roles.admin(), CLUSTER));

    assertThat(users.users()).extracting(ServerUser::name).containsExactly("nats-admin-user");
    assertThat(reasons(users)).isEqualTo(Map.of("nats-user", "TokenMissing"));
  }

  @Test
  void omitsOnlyRoleWithInvalidSubject() {
    NatsServiceRole bad = Roles.role("bad", List.of("foo..bar"), List.of());
    ServerUsers users =
        users("2.15.3", Roles.bound(bad, CLUSTER), Roles.bound(Roles.user(), CLUSTER));

    assertThat(users.users()).extracting(ServerUser::name).containsExactly("nats-user");
    assertThat(reasons(users)).isEqualTo(Map.of("bad", "Invalid"));
  }

  @ParameterizedTest(name = "queue groups on servers of {0}: bound {1}")
  @CsvSource({"2.15.3, true", "2.0.0, true", "1.4.1, false", "2.15.3 1.2.0, false"})
  void bindsQueueGroupsOnlyIfAllServersSupportThem(String versions, boolean bound) {
    NatsServiceRole worker = Roles.role("worker", List.of(), List.of("jobs workers"));
    ServerUsers users =
        users(versions, Roles.bound(worker, CLUSTER), Roles.bound(Roles.user(), CLUSTER));

    assertThat(reasons(users)).isEqualTo(bound ? Map.of() : Map.of("worker", "QueuesNotSupported"));
    assertThat(users.users()).extracting(ServerUser::name).contains("nats-user");
  }

  /** Two users with the same name would make the server reject the whole file. */
  @Test
  void roleInClusterNamespaceWinsUserNameOverOlderForeignRole() {
    NatsCluster cluster = Clusters.in("nats-io", "team");
    NatsServiceRole foreign = Roles.in("team", "worker", "nats-io");
    foreign.getMetadata().setCreationTimestamp("2017-01-01T00:00:00Z");
    ServerUsers users =
        users(
            "2.15.3",
            boundInTeam(foreign, cluster),
            boundInTeam(Roles.in("team", "other", "nats-io"), cluster),
            Roles.bound(Roles.role("team.worker", List.of("foo"), List.of()), cluster));

    assertThat(users.users())
        .extracting(ServerUser::name)
        .containsExactlyInAnyOrder("team.other", "team.worker");
    assertThat(users.logins())
        .extracting(login -> login.grant().identity().toString())
        .containsExactlyInAnyOrder("team/other", "nats-io/team.worker");
    assertThat(reasons(users)).isEqualTo(Map.of("worker", "UserNameTaken"));
  }

  @Test
  void loginsMatchUsers() {
    ServerUsers users =
        users(
            "2.15.3",
            Roles.bound(Roles.user(), CLUSTER),
            Roles.observed(Roles.admin(), CLUSTER, "forged"));

    assertThat(users.logins())
        .extracting(login -> login.grant().identity().toString())
        .containsExactly("nats-io/nats-user");
  }

  @Test
  void omitsYoungestRolesThatDoNotFitIntoSecret() {
    ObservedRole[] roles = big('x', 20);
    ServerUsers users = users("2.15.3", roles);

    assertThat(users.users())
        .extracting(ServerUser::name)
        .startsWith("role-00", "role-01")
        .doesNotContain("role-19");
    assertThat(reasons(users)).containsEntry("role-19", "ConfigFull");
    assertThat(users.users().size() + users.unbound().size()).isEqualTo(roles.length);
  }

  @ParameterizedTest(name = "subjects that consist of {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"x", "ß", "\"", "\\"})
  void fileFitsIntoSecret(char letter) {
    assertThat(fileSize(users("2.15.3", big(letter, 20))))
        .isBetween(SECRET_LIMIT - 100_000, SECRET_LIMIT);
  }

  @Test
  void fileWithManySmallSubjectsFitsIntoSecret() {
    List<String> subjects = IntStream.range(0, 12_000).mapToObj(Integer::toString).toList();
    List<ObservedRole> roles = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      roles.add(Roles.bound(Roles.role("role-" + i, subjects, List.of()), CLUSTER));
    }

    assertThat(fileSize(users("2.15.3", roles.toArray(ObservedRole[]::new))))
        .isLessThan(SECRET_LIMIT);
  }

  @Test
  void toStringContainsNoToken() {
    ServerUsers users = users("2.15.3", Roles.bound(Roles.user(), CLUSTER));

    assertThat(users.toString())
        .contains("nats-user")
        .doesNotContain(users.users().getFirst().password());
  }

  private static int fileSize(ServerUsers users) {
    DesiredCluster desired =
        DesiredCluster.of(
            observed(), ServerVersion.parse("2.15.3").orElseThrow(), users, Optional.empty());
    return ServerConfigFile.of(desired.config(), 0).text().getBytes(StandardCharsets.UTF_8).length;
  }

  private static ObservedRole[] big(char letter, int count) {
    String subject = String.valueOf(letter).repeat(letter == 'x' ? 60_000 : 30_000);
    return IntStream.range(0, count)
        .mapToObj(i -> Roles.role("role-%02d".formatted(i), List.of(subject), List.of()))
        .map(role -> Roles.bound(role, CLUSTER))
        .toArray(ObservedRole[]::new);
  }

  private static ObservedRole aged(String name, String day) {
    NatsServiceRole role = Roles.role(name, List.of("foo"), List.of());
    role.getMetadata().setCreationTimestamp(day + "T00:00:00Z");
    return Roles.bound(role, CLUSTER);
  }

  private static ObservedRole boundInTeam(NatsServiceRole role, NatsCluster cluster) {
    String name = role.getMetadata().getName();
    String token =
        SigningKey.API_SERVER.sign(
            new JWTClaimsSet.Builder(Tokens.claims(name))
                .subject("system:serviceaccount:team:" + name)
                .build());
    ServiceAccount account = Roles.account(name);
    account.getMetadata().setNamespace("team");
    Secret secret = Roles.tokenSecret(name, token);
    secret.getMetadata().setNamespace("team");
    secret.getMetadata().setName(name + "-example-nats.nats-io-bound-token");
    return Roles.observed(role, List.of(cluster), List.of(account), List.of(secret));
  }

  private static Map<String, String> reasons(ServerUsers users) {
    return users.unbound().entrySet().stream()
        .collect(
            Collectors.toMap(
                role -> role.getKey().serviceAccount(), role -> reason(role.getValue())));
  }

  private static String reason(Unbound unbound) {
    return unbound.reason();
  }

  private static ServerUsers users(String versions, ObservedRole... roles) {
    List<ServerVersion> parsed =
        Stream.of(versions.split(" "))
            .map(text -> ServerVersion.parse(text).orElseThrow())
            .toList();
    return ServerUsers.of(observed(roles), parsed);
  }

  private static ObservedCluster observed(ObservedRole... roles) {
    return ObservedClusterFixture.of(CLUSTER).roles(roles).build();
  }
}
