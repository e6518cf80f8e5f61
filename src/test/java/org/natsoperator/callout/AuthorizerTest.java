package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.callout.LoginFixture.ADDRESS;
import static org.natsoperator.callout.LoginFixture.NOW;
import static org.natsoperator.callout.LoginFixture.login;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.callout.protocol.Decision.Refused;
import org.natsoperator.callout.protocol.Decision.Silence;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

/** Logins with the token of a pod: granted, refused or left without an answer. */
class AuthorizerTest {

  private static final Duration YOUNG = Duration.ofSeconds(59);
  private static final Duration OLD = Duration.ofSeconds(60);

  @Test
  void grantsWhatTheRoleAllows() {
    Granted granted = login().granted();

    assertThat(granted.name()).isEqualTo("nats-io/nats-user/client");
    assertThat(granted.grant().publish()).isEqualTo(Roles.user().getSpec().permissions().publish());
    assertThat(granted.grant().subscribe())
        .containsExactly("foo.bar", "greetings", "hello.world", "_INBOX_.nats-io.nats-user.>");
    assertThat(granted.expiry()).isEqualTo(NOW.plusSeconds(3_540));
    assertThat(granted.sources()).isEmpty();
    assertThat(granted.tags())
        .startsWith(LoginFixture.identityTags().toArray(String[]::new))
        .hasSize(LoginFixture.identityTags().size() + 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refuses(String description, Reason reason, LoginFixture login) {
    assertThat(Authorizer.decide(login.build())).as(description).isEqualTo(new Refused(reason));
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        arguments("an expired token", Reason.EXPIRED, login().issued(NOW.minusSeconds(9), NOW)),
        arguments("a rejected token", Reason.TOKEN_REJECTED, login().denied()),
        arguments(
            "a rejected token of a deleted pod",
            Reason.TOKEN_REJECTED,
            login().deniedOnce().deleted(LoginFixture.POD_UID)),
        arguments(
            "a rejected token of a pod that is not cached",
            Reason.TOKEN_REJECTED,
            login().deniedOnce().pod(null, false)),
        arguments(
            "a rejected token of an earlier account",
            Reason.TOKEN_REJECTED,
            login().deniedOnce().account(otherAccount())),
        arguments("a token without pod", Reason.NO_POD, login().withoutPod()),
        arguments(
            "a deleted account", Reason.ACCOUNT_DELETED, login().deleted(LoginFixture.ACCOUNT_UID)),
        arguments("a deleted pod", Reason.POD_DELETED, login().deleted(LoginFixture.POD_UID)),
        arguments("a pod that does not exist", Reason.POD_UNKNOWN, login().pod(null, true)),
        arguments(
            "a recreated pod",
            Reason.POD_UNKNOWN,
            login().pod(LoginFixture.pod("uid-of-next-pod").build(), true)),
        arguments(
            "an address of another pod", Reason.WRONG_ADDRESS, login().pinned().host("10.0.0.8")),
        arguments("no address", Reason.WRONG_ADDRESS, login().pinned().host("")),
        arguments("no role", Reason.NO_ROLE, login().role(null)),
        arguments("no role after a minute", Reason.NO_ROLE, login().role(null).podAge(OLD)),
        arguments("a container of long ago", Reason.NO_ROLE, login().role(null).started(OLD)),
        arguments("a role deleted long ago", Reason.NO_ROLE, login().roleDeleted(NOW.minus(OLD))),
        arguments("an invalid role", Reason.NO_ROLE, login().role(role(List.of("a..b")))),
        arguments("a role of no cluster", Reason.NO_ROLE, login().role(roleOfMissingCluster())),
        arguments("a role of another cluster", Reason.NO_ROLE, login().role(roleOfOtherCluster())),
        arguments(
            "a cluster that does not admit the namespace",
            Reason.NO_ROLE,
            login().role(roleOfOtherNamespace())),
        arguments(
            "a cluster without logins",
            Reason.NO_ROLE,
            login().role(Roles.bound(Roles.user(), Clusters.cluster("{}")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void staysSilent(String description, Reason reason, LoginFixture login) {
    assertThat(Authorizer.decide(login.build())).as(description).isEqualTo(new Silence(reason));
  }

  static Stream<Arguments> staysSilent() {
    Instant longAgo = NOW.minus(Duration.ofMinutes(5)).minusMillis(1);
    return Stream.of(
        arguments(
            "the API server is away for long",
            Reason.API_SERVER_UNREACHABLE,
            login().unanswered(longAgo)),
        arguments(
            "the API server was not asked, and the cluster permits no staleness",
            Reason.API_SERVER_UNREACHABLE,
            login().staleness(Duration.ZERO).unanswered(NOW.plusSeconds(1))),
        arguments("a token that was rejected once", Reason.TOKEN_REJECTED, login().deniedOnce()),
        arguments(
            "an account that is not cached yet", Reason.ACCOUNT_UNKNOWN, login().account(null)),
        arguments(
            "an older account in the cache",
            Reason.ACCOUNT_UNKNOWN,
            login().account(otherAccount())),
        arguments("a pod that is not cached yet", Reason.POD_UNKNOWN, login().pod(null, false)),
        arguments(
            "an older pod in the cache",
            Reason.POD_UNKNOWN,
            login().pod(LoginFixture.pod("uid-of-earlier-pod").build(), false)),
        arguments(
            "a pod without address",
            Reason.ADDRESS_UNKNOWN,
            login()
                .pinned()
                .pod(builder -> builder.editStatus().withPodIPs(List.of()).endStatus())),
        arguments(
            "a pod without status",
            Reason.ADDRESS_UNKNOWN,
            login().pinned().pod(builder -> builder.withStatus(null))),
        arguments("no role yet", Reason.NO_ROLE, login().role(null).podAge(YOUNG)),
        arguments(
            "a namespace that is not admitted yet",
            Reason.NO_ROLE,
            login().role(roleOfOtherNamespace()).podAge(YOUNG)),
        arguments(
            "a pod that the kubelet is starting",
            Reason.NO_ROLE,
            login()
                .role(null)
                .pod(builder -> builder.editStatus().withPhase("Pending").endStatus())),
        arguments(
            "a container that just started", Reason.NO_ROLE, login().role(null).started(YOUNG)),
        arguments(
            "a role that was just deleted", Reason.NO_ROLE, login().roleDeleted(NOW.minus(YOUNG))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void grants(String description, LoginFixture login) {
    assertThat(Authorizer.decide(login.build())).as(description).isInstanceOf(Granted.class);
  }

  static Stream<Arguments> grants() {
    return Stream.of(
        arguments(
            "the API server is away for a short time",
            login().unanswered(NOW.minus(Duration.ofMinutes(5)))),
        arguments(
            "a pod that is being deleted",
            login()
                .pod(
                    builder ->
                        builder
                            .editMetadata()
                            .withDeletionTimestamp(NOW.toString())
                            .endMetadata())),
        arguments("an address of the pod", login().pinned().host("fd00::7")),
        arguments(
            "a pod of the host network",
            login()
                .pinned()
                .host("192.168.1.1")
                .pod(builder -> builder.editSpec().withHostNetwork(true).endSpec())));
  }

  @Test
  void grantsTokenWithoutPodIfAllowed() {
    Granted granted = login().policy(Duration.ofDays(1), true, true).withoutPod().granted();

    assertThat(granted.name()).isEqualTo("nats-io/nats-user/-");
    assertThat(granted.sources()).isEmpty();
  }

  @Test
  void pinsConnectionToAddressesOfThePod() {
    assertThat(login().pinned().granted().sources())
        .containsExactly(ADDRESS + "/32", "fd00::7/128");
  }

  private static ObservedRole role(List<String> publish) {
    return Roles.bound(Roles.role("nats-user", publish, List.of()), Clusters.walkthrough("2.15.3"));
  }

  private static ObservedRole roleOfOtherCluster() {
    NatsCluster other = Clusters.walkthrough("2.15.3");
    other.getMetadata().setUid("uid-of-other-cluster");
    return Roles.bound(Roles.user(), other);
  }

  private static ObservedRole roleOfMissingCluster() {
    NatsServiceRole role = Roles.user();
    role.getMetadata().getLabels().put("nats_cluster", "other");
    return Roles.observed(role, List.of(Clusters.walkthrough("2.15.3")), List.of(), List.of());
  }

  private static ObservedRole roleOfOtherNamespace() {
    NatsCluster cluster = Clusters.in("other", "third");
    return Roles.observed(
        Roles.in(Clusters.NAMESPACE, "nats-user", "other"),
        List.of(cluster),
        List.of(Roles.account("nats-user")),
        List.of());
  }

  private static ServiceAccount otherAccount() {
    return new ServiceAccountBuilder(Roles.account("nats-user"))
        .editMetadata()
        .withUid("uid-of-earlier-account")
        .endMetadata()
        .build();
  }
}
