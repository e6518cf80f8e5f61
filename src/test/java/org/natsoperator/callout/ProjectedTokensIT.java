package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Pods log in with tokens of their own, on a real server that asks the operator. */
@OperatorTest
class ProjectedTokensIT {

  /** Much longer than a Secret stays without use. */
  private static final Duration LONG = Duration.ofMinutes(3);

  @Autowired private MeterRegistry meters;

  private Sandbox sandbox;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.start(sandbox);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void podHasPermissionsOfItsRole() throws Exception {
    sandbox.apply(Manifests.serviceAccount("admin"), Manifests.role("admin", ">"));
    sandbox.apply(PodTokens.pod("admin", "admin"));
    String admin = PodTokens.of(sandbox, "admin", "admin");
    await().untilAsserted(() -> assertThat(cluster.login(admin)).isEqualTo(WELCOME));

    try (NatsClient witness = cluster.client("any", admin);
        NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      assertThat(client.publish("foo", witness)).isEqualTo(ALLOWED);
      assertThat(client.publish("bar", witness)).isEqualTo(REFUSED);
      assertThat(client.subscribe("foo", witness)).isEqualTo(ALLOWED);
      assertThat(client.subscribe("bar", witness)).isEqualTo(REFUSED);
    }
  }

  @Test
  void deletedPodIsRefused() {
    String token = cluster.podToken(POD);
    assertThat(cluster.login(token)).isEqualTo(WELCOME);

    cluster.deletePod(POD);

    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
  }

  @Test
  void recreatedServiceAccountDoesNotInheritTokens() {
    String token = cluster.podToken(POD);

    sandbox.delete(sandbox.serviceAccount(USER));
    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
    sandbox.apply(Manifests.serviceAccount(USER));

    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
    await()
        .untilAsserted(() -> assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME));
  }

  @Test
  void invalidTokensAreRefusedWithoutTokenReview() {
    String otherAudience =
        PodTokens.of(sandbox, USER, POD, "nats://other.%s.svc".formatted(sandbox.namespace()));
    double before = reviews();

    assertThat(cluster.login(otherAudience)).isEqualTo(REFUSAL);
    assertThat(cluster.login("")).isEqualTo(REFUSAL);
    assertThat(cluster.login("garbage")).isEqualTo(REFUSAL);
    assertThat(cluster.login(cluster.podToken(POD) + "x")).isEqualTo(REFUSAL);
    assertThat(cluster.server().answerTo("_nobody", "any")).isEqualTo(REFUSAL);
    assertThat(reviews()).isEqualTo(before);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ClusterCounters.sum(
                            meters, sandbox, "nats.operator.callout.server.refusals"))
                    .isPositive());
  }

  @Test
  void countersOfDeletedClusterAreRemoved() {
    String decisions = "nats.operator.callout.decisions";
    assertThat(ClusterCounters.sum(meters, sandbox, decisions)).isPositive();

    sandbox.delete(sandbox.cluster(CLUSTER));
    await()
        .untilAsserted(() -> assertThat(ClusterCounters.of(meters, sandbox, decisions)).isEmpty());
  }

  @Test
  void oneTokenReviewServesManyLogins() {
    String token = cluster.podToken(POD);
    double before = reviews();

    for (int i = 0; i < 20; i++) {
      assertThat(cluster.login(token)).isEqualTo(WELCOME);
    }

    assertThat(reviews()).isEqualTo(before + 1);
  }

  @Test
  void tokenWithoutPodNeedsPermission() {
    String token = PodTokens.withoutPod(sandbox, USER);
    assertThat(cluster.login(token)).isEqualTo(REFUSAL);

    cluster.set("{tokensWithoutPod: true}");

    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));
  }

  @Test
  void secretExistsWhileAPodMountsIt() {
    // The operator reports the role after the cluster has a status, and answers logins before.
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition(USER, "Ready").getReason()).isEqualTo("InForce"));
    assertThat(sandbox.roleCondition(USER, "Bound").getReason()).isEqualTo("PodTokens");
    assertThat(sandbox.role(USER).getStatus().tokenSecret()).isNull();
    assertThat(sandbox.token(USER, CLUSTER)).isEmpty();

    sandbox.apply(
        PodTokens.podWithSecret("mounts", USER), PodTokens.podWithSecret("unlabelled", USER, "{}"));
    await().untilAsserted(() -> assertThat(sandbox.token(USER, CLUSTER)).isPresent());
    cluster.deletePod("mounts");
    await()
        .during(Duration.ofSeconds(35))
        .atMost(LONG)
        .untilAsserted(() -> assertThat(sandbox.token(USER, CLUSTER)).isPresent());
    cluster.deletePod("unlabelled");

    await().atMost(LONG).untilAsserted(() -> assertThat(sandbox.token(USER, CLUSTER)).isEmpty());
    await().untilAsserted(() -> assertThat(sandbox.role(USER).getStatus().tokenSecret()).isNull());
  }

  @Test
  void tokenOfSecretLogsInUntilTheSecretIsDeleted() throws Exception {
    sandbox.apply(PodTokens.podWithSecret("mounts", USER));
    String token = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));
    assertThat(cluster.login(token + "x")).isEqualTo(REFUSAL);

    try (NatsClient client = cluster.client("any", token)) {
      sandbox.delete(sandbox.secret(USER + "-" + CLUSTER + "-bound-token"));

      client.awaitClosed();
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
    }
  }

  /** Two refusals would close most clients forever. */
  @Test
  void podThatStartsBeforeItsRoleWaits() {
    sandbox.apply(Manifests.serviceAccount("early"));
    sandbox.apply(PodTokens.pod("early", "early"));
    String token = PodTokens.of(sandbox, "early", "early");

    assertThat(cluster.loginOnce(token))
        .as("the server pings a client that waits")
        .isEqualTo("PING");

    sandbox.apply(Manifests.role("early", "foo"));
    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));
  }

  @Test
  void connectionShowsIdentity() throws Exception {
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      assertThat(client.isConnected()).isTrue();
      assertThat(cluster.server().connections("$G"))
          .anySatisfy(
              connection -> {
                assertThat(connection.path("authorized_user").asText())
                    .isEqualTo("%s/%s/%s".formatted(sandbox.namespace(), USER, POD));
                assertThat(connection.path("tags").toString())
                    .contains("role:" + sandbox.role(USER).getMetadata().getUid() + ":1");
              });
    }
  }

  private double reviews() {
    return meters.get("nats.operator.callout.token.reviews").counter().count();
  }
}
