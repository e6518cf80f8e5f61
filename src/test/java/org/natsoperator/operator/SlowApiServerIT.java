package org.natsoperator.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.ReleaseTest;

/**
 * Two replicas whose API server is slow or away. Always at most one replica leads, and the webhooks
 * of both answer.
 */
@ReleaseTest
@ExtendWith(ChartServer.class)
class SlowApiServerIT {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final Duration SOON = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(18);
  private static final Duration WITH_LATENCY = Duration.ofMinutes(3);
  private static String namespace;
  private static ProxiedOperator one;
  private static ProxiedOperator two;
  private static int roles;

  @BeforeAll
  static void start() {
    namespace = ChartServer.namespace("slow");
    one = ProxiedOperator.start(namespace, "one");
    two = ProxiedOperator.start(namespace, "two");
    apply(Manifests.cluster(1, "2.15.3"));
    await().until(() -> one.leads() || two.leads());
    assertReconciles();
  }

  @AfterAll
  static void stop() throws IOException {
    one.close();
    two.close();
  }

  /** A revocation takes effect on a real server meanwhile, although late. */
  @Test
  void latencyDoesNotEndTerm() throws IOException, InterruptedException {
    ProxiedOperator leader = leader();
    try (LoopbackServer server = LoopbackServer.of(statefulSet(), statefulSetController())) {
      for (Duration latency : List.of(Duration.ofSeconds(2), Duration.ofSeconds(5))) {
        String role = assertReconciles();
        await().untilAsserted(() -> assertReviewsPod("does not exist"));
        try (NatsClient client = login(server, role)) {
          all().forEach(replica -> replica.proxy().delay(latency));
          delete(role);
          long end = System.nanoTime() + WITH_LATENCY.toNanos();
          awaitWhileServing(
              WITH_LATENCY.plus(LONG),
              () -> {
                assertReviewsPod("could not be read in time");
                assertThat(leader.leads()).as("still leads with latency %s", latency).isTrue();
                return System.nanoTime() > end
                    && !client.isConnected()
                    && !configuration().contains(role);
              });
        }
        all().forEach(replica -> replica.proxy().delay(Duration.ZERO));
      }
    }
    assertReconciles();
    assertThat(leader.leads()).isTrue();
  }

  @Test
  void standbyTakesOverFromLeaderThatIsCutOff() {
    ProxiedOperator leader = leader();
    ProxiedOperator standby = leader == one ? two : one;
    leader.proxy().hang();
    long start = System.nanoTime();
    awaitWhileServing(DEADLINE.plus(SOON), () -> !leader.leads());
    String createdMeanwhile = createRole();
    assertThat(standby.leads() && System.nanoTime() - start < LEASE.minus(SOON).toNanos())
        .as("standby leads before the lease expires")
        .isFalse();
    awaitWhileServing(LEASE, standby::leads);
    awaitToken(createdMeanwhile);
    assertReconciles();
    awaitWhileServing(LONG, () -> !leader.exportsRoles());
    leader.proxy().resume();
    assertThat(standby.exportsRoles()).isTrue();
    await().during(SOON).until(() -> standby.leads() && !leader.leads());
    assertReconciles();
  }

  @Test
  void replicaLeadsAgainAfterOutage() {
    all().forEach(replica -> replica.proxy().hang());
    awaitWhileServing(DEADLINE.plus(SOON), () -> !one.leads() && !two.leads());
    long end = System.nanoTime() + LEASE.minus(DEADLINE).toNanos();
    awaitWhileServing(LEASE, () -> System.nanoTime() > end);
    all().forEach(replica -> replica.proxy().resume());
    awaitWhileServing(LEASE.plus(LONG), () -> one.leads() || two.leads());
    assertReconciles();
  }

  /** Checks again and again that the webhooks answer and that at most one replica leads. */
  private static void awaitWhileServing(Duration atMost, BooleanSupplier condition) {
    long end = System.nanoTime() + atMost.toNanos();
    // The time before each check counts: a pause of the test is not one of the operator.
    for (long now = System.nanoTime(); !condition.getAsBoolean(); now = System.nanoTime()) {
      assertThat(now).as("time").isLessThan(end);
      assertThat(one.leads() && two.leads()).as("both replicas lead").isFalse();
      all().forEach(ProxiedOperator::assertAnswers);
      pause();
    }
  }

  /** Both replicas review a pod, at the same time. */
  private static void assertReviewsPod(String warning) {
    all()
        .map(replica -> replica.beginPodReview(namespace, warning))
        .toList()
        .forEach(Runnable::run);
  }

  /** A client of the role, after the server has loaded its token. */
  private static NatsClient login(LoopbackServer server, String role) {
    String token = text(tokenSecret(role), "token");
    await()
        .untilAsserted(
            () -> assertThat(server.server().answerTo(role, token)).isEqualTo(Login.WELCOME));
    return server.server().login(role, token);
  }

  /** The policies of the chart allow only this user to create a server pod. */
  private static KubernetesClient statefulSetController() {
    return ChartServer.as(
        "system:serviceaccount:kube-system:statefulset-controller", "system:masters");
  }

  private static StatefulSet statefulSet() {
    return await()
        .until(
            () ->
                ChartServer.client()
                    .apps()
                    .statefulSets()
                    .inNamespace(namespace)
                    .withName(Manifests.CLUSTER)
                    .get(),
            Objects::nonNull);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A role that is created now gets its token. Returns its name. */
  private static String assertReconciles() {
    String name = createRole();
    awaitToken(name);
    return name;
  }

  private static String createRole() {
    String name = "user-" + roles++;
    apply(Manifests.serviceAccount(name));
    apply(Manifests.role(name, "foo"));
    return name;
  }

  private static void awaitToken(String role) {
    await().untilAsserted(() -> assertThat(tokenSecret(role)).isNotNull());
  }

  private static Secret tokenSecret(String role) {
    return ChartServer.client()
        .secrets()
        .inNamespace(namespace)
        .withName(role + "-" + Manifests.CLUSTER + "-bound-token")
        .get();
  }

  private static void delete(String role) {
    ChartServer.client()
        .resources(NatsServiceRole.class)
        .inNamespace(namespace)
        .withName(role)
        .delete();
  }

  /** The configuration file of the servers; empty before the first reconciliation. */
  private static String configuration() {
    Secret secret =
        ChartServer.client().secrets().inNamespace(namespace).withName(Manifests.CLUSTER).get();
    return secret == null ? "" : text(secret, "nats.conf");
  }

  private static String text(Secret secret, String key) {
    return new String(Base64.getDecoder().decode(secret.getData().get(key)), UTF_8);
  }

  private static void apply(String manifest) {
    ChartServer.client()
        .resource(Serialization.unmarshal(manifest, GenericKubernetesResource.class))
        .inNamespace(namespace)
        .create();
  }

  private static ProxiedOperator leader() {
    await().until(() -> one.leads() || two.leads());
    return one.leads() ? one : two;
  }

  private static Stream<ProxiedOperator> all() {
    return Stream.of(one, two);
  }
}
