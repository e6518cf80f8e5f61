package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Reissues the tokens of all roles of a cluster, one after the other. */
@OperatorTest
class ClusterReissueIT {

  private static final String OTHER = "other-nats";
  private static final List<String> ROLES =
      IntStream.range(0, 8).mapToObj(i -> "user-" + i).toList();
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @Test
  void annotationOfClusterReissuesTokensOfItsRolesInTurn(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster(1, "2.15.3"),
        Manifests.cluster(OTHER, "size: 1\nauth: {enableServiceAccounts: true}\n"),
        Manifests.serviceAccount("another"),
        Manifests.role("another", OTHER, List.of("foo"), List.of("foo")));
    ROLES.forEach(
        role -> sandbox.apply(Manifests.serviceAccount(role), Manifests.role(role, "foo")));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      ROLES.forEach(role -> awaitInForce(role, sandbox));
      await().until(() -> sandbox.token("another", OTHER).isPresent());
      String ofOther = sandbox.token("another", OTHER).orElseThrow();
      Map<String, String> old = tokens(sandbox);
      Map<String, Instant> issued = new ConcurrentHashMap<>();
      try (Watch watch = watchRotations(sandbox, issued)) {
        annotate(sandbox, "1");
        await()
            .atMost(TIMEOUT)
            .untilAsserted(
                () -> assertThat(sandbox.cluster(CLUSTER).getStatus().reissued()).isEqualTo("1"));
        await().untilAsserted(() -> assertThat(issued).hasSameSizeAs(ROLES));
      }
      Map<String, String> fresh = tokens(sandbox);
      for (String role : ROLES) {
        assertThat(server.server().answerTo(role, old.get(role))).as(role).isEqualTo(REFUSAL);
        assertThat(server.server().answerTo(role, fresh.get(role))).as(role).isEqualTo(WELCOME);
      }
      assertThat(
              Duration.between(Collections.min(issued.values()), Collections.max(issued.values())))
          .as("time between the first and the last role")
          .isGreaterThanOrEqualTo(ReissueSchedule.INTERVAL.multipliedBy(ROLES.size() - 1));
      assertThat(sandbox.token("another", OTHER)).as("of another cluster").contains(ofOther);
      sandbox.apply(Manifests.serviceAccount("late"), Manifests.role("late", "foo"));
      awaitInForce("late", sandbox);
      String ofLateRole = sandbox.token("late", CLUSTER).orElseThrow();
      await()
          .during(Duration.ofSeconds(3))
          .untilAsserted(
              () -> {
                assertThat(sandbox.token("late", CLUSTER)).contains(ofLateRole);
                assertThat(tokens(sandbox)).isEqualTo(fresh);
              });
    }
  }

  private static void awaitInForce(String role, Sandbox sandbox) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition(role, "InForce").getStatus()).isEqualTo("True"));
  }

  private static void annotate(Sandbox sandbox, String value) {
    sandbox
        .client()
        .resource(sandbox.cluster(CLUSTER))
        .edit(
            cluster -> {
              cluster.getMetadata().setAnnotations(Map.of("nats.io/reissue", value));
              return cluster;
            });
  }

  private static Map<String, String> tokens(Sandbox sandbox) {
    return ROLES.stream()
        .collect(
            Collectors.toMap(
                Function.identity(), role -> sandbox.token(role, CLUSTER).orElseThrow()));
  }

  /** Records the time at which the operator issued each token. */
  private static Watch watchRotations(Sandbox sandbox, Map<String, Instant> issued) {
    return sandbox
        .client()
        .secrets()
        .inNamespace(sandbox.namespace())
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Secret secret) {
                String since = secret.getMetadata().getAnnotations().get("nats.io/previous-since");
                if (since != null) {
                  issued.put(secret.getMetadata().getName(), Instant.parse(since));
                }
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }
}
