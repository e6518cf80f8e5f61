package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.TokenRotationStep.Begin;
import org.natsoperator.role.TokenRotationStep.Finish;
import org.natsoperator.role.TokenRotationStep.Hold;
import org.natsoperator.role.TokenRotationStep.Nothing;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.ReissueRequests;
import org.natsoperator.token.TokenSecret;

class TokenRotationStepTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final Instant START = Instant.parse("2026-11-25T09:00:00Z");
  private static final String OLD = SigningKey.API_SERVER.sign(Tokens.claims("nats-user"));
  private static final Secret ISSUED = Roles.tokenSecret("nats-user", OLD);

  @Test
  void doesNothingWithoutRequest() {
    assertThat(step(null, ISSUED, START)).isEqualTo(new Nothing());
    assertThat(step(null, answering("1", ISSUED), START)).isEqualTo(new Nothing());
  }

  @Test
  void everyNewValueStartsRotation() {
    assertThat(step("1", ISSUED, START)).isEqualTo(new Begin(false));
    assertThat(step("2", answering("1", ISSUED), START)).isEqualTo(new Begin(false));
    assertThat(step("", ISSUED, START)).isEqualTo(new Begin(false));
  }

  @Test
  void doesNothingForAnsweredRequest() {
    assertThat(step("1", answering("1", ISSUED), START)).isEqualTo(new Nothing());
  }

  @Test
  void everyNewValueOfClusterStartsRotation() {
    NatsCluster cluster = asking("1", Clusters.walkthrough("2.15.3"));
    Secret fulfilled = answering("1", "nats.io/reissued-for-cluster", ISSUED);

    assertThat(step(cluster, asking(null), ISSUED)).isEqualTo(new Begin(true));
    assertThat(step(cluster, asking(null), answering("1", ISSUED))).isEqualTo(new Begin(true));
    assertThat(step(cluster, asking(null), fulfilled)).isEqualTo(new Nothing());
    assertThat(step(asking("2", cluster), asking(null), fulfilled)).isEqualTo(new Begin(true));
  }

  @Test
  void requestOfRoleDoesNotWaitForThatOfCluster() {
    NatsCluster cluster = asking("1", Clusters.walkthrough("2.15.3"));

    assertThat(step(cluster, asking("1"), ISSUED)).isEqualTo(new Begin(false));
  }

  @ParameterizedTest(name = "after {0} ms: pod notification {1}, next step in {2} ms")
  @CsvSource({"0, 1, 1000", "999, 1, 1", "1000, 2, 1000", "1999, 2, 1"})
  void notifiesPodsTwiceWhilePreviousTokenIsValid(long millis, int call, long pause) {
    assertThat(step("1", renewed("1"), START.plusMillis(millis)))
        .isEqualTo(new Hold(START + "/" + call, Duration.ofMillis(pause)));
  }

  @Test
  void dropsPreviousTokenAfterHoldTime() {
    assertThat(step("1", renewed("1"), START.plus(TokenRotationStep.HOLD))).isEqualTo(new Finish());
    assertThat(step(null, renewed("1"), START.plusSeconds(3600))).isEqualTo(new Finish());
  }

  @Test
  void secondRequestWaitsForFirst() {
    assertThat(step("2", renewed("1"), START.plusMillis(500))).isInstanceOf(Hold.class);
    assertThat(step("2", renewed("1"), START.plusSeconds(2))).isEqualTo(new Finish());
    assertThat(step("2", PreviousToken.drop(renewed("1")), START.plusSeconds(2)))
        .isEqualTo(new Begin(false));
  }

  @ParameterizedTest(name = "previous token: {0} is dropped")
  @MethodSource
  void dropsInvalidPreviousToken(String description, Secret secret) {
    assertThat(step(null, secret, START)).as(description).isEqualTo(new Finish());
  }

  static Stream<Arguments> dropsInvalidPreviousToken() {
    Secret planted =
        new SecretBuilder(ISSUED).addToData("previous", TokenSecret.encoded(OLD)).build();
    return Stream.of(
        arguments("a token without a time", planted),
        arguments("a token with an invalid time", since("yesterday", planted)),
        arguments(
            "a token with a time in the future", since(START.plusMillis(1).toString(), planted)),
        arguments("an empty token", new SecretBuilder(ISSUED).addToData("previous", "").build()),
        arguments("a time without a token", since("yesterday", ISSUED)));
  }

  /** The operator replaces an unverified token at once, together with the previous one. */
  @Test
  void doesNothingForUnverifiedToken() {
    ObservedRole observed = observed("1", Roles.tokenSecret("nats-user", "forged"));

    assertThat(TokenRotationStep.of(observed, bind(observed), START)).isEqualTo(new Nothing());
  }

  @Test
  void dropsPreviousTokenOfInvalidRole() {
    NatsServiceRole bad = Roles.role("nats-user", List.of("foo..bar"), List.of());
    ObservedRole observed =
        Roles.observed(
            bad, List.of(CLUSTER), List.of(Roles.account("nats-user")), List.of(renewed("1")));

    assertThat(TokenRotationStep.of(observed, bind(observed), START.plusSeconds(2)))
        .isEqualTo(new Finish());
  }

  @Test
  void doesNotChangeSecretOfOtherServiceAccount() {
    Secret foreign =
        new SecretBuilder(renewed("1"))
            .editMetadata()
            .addToAnnotations("nats.io/service-account", "nats")
            .endMetadata()
            .build();

    assertThat(step("2", foreign, START.plusSeconds(2))).isEqualTo(new Nothing());
  }

  @Test
  void doesNothingWithoutCluster() {
    ObservedRole observed =
        Roles.observed(
            asking("1"), List.of(), List.of(Roles.account("nats-user")), List.of(ISSUED));

    assertThat(TokenRotationStep.of(observed, bind(observed), START)).isEqualTo(new Nothing());
  }

  @Test
  void keepsBothTokensThenOnlyNewOne() {
    Secret fresh =
        TokenSecret.withToken(
            TokenSecret.empty(asking("1"), CLUSTER),
            ISSUED,
            "new",
            ReissueRequests.of(asking("1"), asking("2", CLUSTER)));
    Secret renewed = PreviousToken.keep(ISSUED, fresh, START);

    assertThat(TokenSecret.tokenIn(renewed)).contains("new");
    assertThat(PreviousToken.in(renewed)).contains(OLD);
    assertThat(PreviousToken.since(renewed)).contains(START);
    assertThat(renewed.getMetadata().getUid()).isEqualTo(ISSUED.getMetadata().getUid());
    assertThat(ReissueRequests.fulfilledBy(renewed))
        .isEqualTo(new ReissueRequests(Optional.of("1"), Optional.of("2")));
    assertThat(PreviousToken.drop(renewed)).isEqualTo(fresh);
    assertThat(PreviousToken.leftIn(fresh)).isFalse();
  }

  private static TokenRotationStep step(String requested, Secret secret, Instant now) {
    ObservedRole observed = observed(requested, secret);
    return TokenRotationStep.of(observed, bind(observed), now);
  }

  private static ObservedRole observed(String requested, Secret secret) {
    return Roles.observed(
        asking(requested), List.of(CLUSTER), List.of(Roles.account("nats-user")), List.of(secret));
  }

  private static TokenRotationStep step(NatsCluster cluster, NatsServiceRole role, Secret secret) {
    ObservedRole observed =
        Roles.observed(
            role, List.of(cluster), List.of(Roles.account("nats-user")), List.of(secret));
    return TokenRotationStep.of(observed, bind(observed), START);
  }

  private static NatsCluster asking(String value, NatsCluster cluster) {
    NatsCluster asking = cluster.copy();
    asking.getMetadata().setAnnotations(Map.of("nats.io/reissue", value));
    return asking;
  }

  private static NatsServiceRole asking(String value) {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setAnnotations(value == null ? Map.of() : Map.of("nats.io/reissue", value));
    return role;
  }

  private static Secret renewed(String answered) {
    return answering(answered, PreviousToken.keep(ISSUED, ISSUED, START));
  }

  private static Secret answering(String value, Secret secret) {
    return answering(value, "nats.io/reissued", secret);
  }

  private static Secret answering(String value, String annotation, Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(annotation, value)
        .endMetadata()
        .build();
  }

  private static Secret since(String when, Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations("nats.io/previous-since", when)
        .endMetadata()
        .build();
  }

  private static Binding bind(ObservedRole observed) {
    return Binding.of(observed, SigningKey.proof(SigningKey.API_SERVER));
  }
}
