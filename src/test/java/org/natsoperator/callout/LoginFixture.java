package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.ObservedLogin.Review;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.BoundPod;
import org.natsoperator.token.LoginToken;

/**
 * Builds an {@link ObservedLogin}. By default a pod of the ServiceAccount {@code nats-user} logs in
 * with a token of an hour, and its role exists.
 */
final class LoginFixture {

  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  static final String ADDRESS = "10.0.0.7";
  static final String POD_UID = "uid-of-pod";
  static final String ACCOUNT_UID = Tokens.accountUid("nats-user");

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");

  private LoginPolicy policy =
      new LoginPolicy(Duration.ofDays(1), Duration.ofMinutes(5), false, false);
  private LoginToken token =
      new LoginToken(
          new Identity(Clusters.NAMESPACE, "nats-user"),
          ACCOUNT_UID,
          Optional.of(new BoundPod("client", POD_UID)),
          NOW.minusSeconds(60),
          NOW.plusSeconds(3_540));
  private String host = ADDRESS;
  private Review review = Review.CONFIRMED;
  private Instant lastAnswer = NOW;
  private Optional<ServiceAccount> account = Optional.of(Roles.account("nats-user"));
  private Optional<Pod> pod = Optional.of(pod(POD_UID).build());
  private boolean podCertain;
  private Optional<ObservedRole> role = Optional.of(Roles.bound(Roles.user(), CLUSTER));
  private Set<String> deletedUids = Set.of();
  private Optional<Instant> roleDeletedAt = Optional.empty();
  private double jitter = 0.5;

  static LoginFixture login() {
    return new LoginFixture();
  }

  LoginFixture policy(Duration maxSession, boolean bindToPodAddress, boolean tokensWithoutPod) {
    policy = new LoginPolicy(maxSession, Duration.ofMinutes(5), bindToPodAddress, tokensWithoutPod);
    return this;
  }

  LoginFixture staleness(Duration staleness) {
    policy =
        new LoginPolicy(
            policy.maxSession(), staleness, policy.bindToPodAddress(), policy.tokensWithoutPod());
    return this;
  }

  LoginFixture pinned() {
    return policy(Duration.ofDays(1), true, false);
  }

  LoginFixture issued(Instant issuedAt, Instant expiry) {
    token = new LoginToken(token.identity(), token.accountUid(), token.pod(), issuedAt, expiry);
    return this;
  }

  LoginFixture withoutPod() {
    token =
        new LoginToken(
            token.identity(),
            token.accountUid(),
            Optional.empty(),
            token.issuedAt(),
            token.expiry());
    pod = Optional.empty();
    return this;
  }

  LoginFixture host(String address) {
    host = address;
    return this;
  }

  LoginFixture unanswered(Instant since) {
    review = Review.UNANSWERED;
    lastAnswer = since;
    return this;
  }

  LoginFixture denied() {
    review = Review.DENIED;
    return this;
  }

  LoginFixture deniedOnce() {
    review = Review.DENIED_ONCE;
    return this;
  }

  LoginFixture account(ServiceAccount existing) {
    account = Optional.ofNullable(existing);
    return this;
  }

  LoginFixture pod(Pod existing, boolean certain) {
    pod = Optional.ofNullable(existing);
    podCertain = certain;
    return this;
  }

  LoginFixture pod(UnaryOperator<PodBuilder> edit) {
    pod = Optional.of(edit.apply(pod(POD_UID)).build());
    return this;
  }

  LoginFixture podAge(Duration age) {
    return pod(
        builder ->
            builder.editMetadata().withCreationTimestamp(NOW.minus(age).toString()).endMetadata());
  }

  /** A running pod, whose container has run for this time. */
  LoginFixture started(Duration ago) {
    return pod(
        builder ->
            builder
                .editStatus()
                .withPhase("Running")
                .addNewContainerStatus()
                .withNewState()
                .withNewRunning(NOW.minus(ago).toString())
                .endState()
                .endContainerStatus()
                .endStatus());
  }

  LoginFixture role(ObservedRole observed) {
    role = Optional.ofNullable(observed);
    return this;
  }

  LoginFixture roleDeleted(Instant at) {
    roleDeletedAt = Optional.of(at);
    return role(null);
  }

  LoginFixture deleted(String uid) {
    deletedUids = Set.of(uid);
    return this;
  }

  LoginFixture jitter(double value) {
    jitter = value;
    return this;
  }

  ObservedLogin build() {
    return new ObservedLogin(
        policy,
        CLUSTER.getMetadata().getUid(),
        token,
        host,
        review,
        lastAnswer,
        account,
        pod,
        podCertain,
        role,
        deletedUids,
        roleDeletedAt,
        NOW,
        jitter);
  }

  /** The decision. Fails if it is not a grant. */
  Granted granted() {
    Decision decision = Authorizer.decide(build());
    assertThat(decision).isInstanceOf(Granted.class);
    return (Granted) decision;
  }

  static PodBuilder pod(String uid) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("client")
        .withNamespace(Clusters.NAMESPACE)
        .withUid(uid)
        .withCreationTimestamp(NOW.minus(Duration.ofHours(1)).toString())
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addNewPodIP(ADDRESS)
        .addNewPodIP("fd00::7")
        .endStatus();
  }

  static List<String> identityTags() {
    return List.of(
        "namespace:" + Clusters.NAMESPACE,
        "account:nats-user",
        "role:uid-of-role-nats-user:1",
        "cluster:1",
        "account-uid:" + ACCOUNT_UID,
        "bound-uid:" + POD_UID,
        "pod:client",
        "versions:" + LoginVersions.of(Roles.user()) + "," + LoginVersions.of(CLUSTER));
  }
}
