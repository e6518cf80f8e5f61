package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** What the installed operator reports about tokens, logins and its own work. */
@NodeTest
class ReportsIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Pattern RECONCILIATIONS =
      Pattern.compile("reconciliations_(?:active|queue)\\{.*} (.*)");

  @Test
  void clientsWithOldTokenAreReported(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user");
    String old = cluster.token("user");
    sandbox.apply(
        Manifests.role("user", "greetings")
            .replace("metadata:\n", "metadata:\n  annotations: {nats.io/reissue: '1'}\n"));
    RunningServer server = cluster.servers().getFirst();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(server.answerTo("user", old)).isEqualTo(REFUSAL));

    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(server.answerTo("user", old)).isEqualTo(REFUSAL);
              assertThat(sandbox.clusterCondition(CLUSTER, "LoginsAccepted").getReason())
                  .isEqualTo("LoginsRefused");
            });
    assertThat(
            sum(
                "nats_operator_cluster_logins_refused_total\\{.*cluster_namespace=\"%s\".*} (.*)"
                    .formatted(sandbox.namespace())))
        .isPositive();
  }

  @Test
  void causeOfNewTokenIsTheDeletedSecret(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user");
    String old = cluster.token("user");
    String issued = "nats_operator_tokens_issued_total\\{cause=\"deleted\"} (.*)";
    double before = sum(issued);

    sandbox.delete(sandbox.secret("user-" + CLUSTER + "-bound-token"));

    await()
        .atMost(TIMEOUT)
        .until(
            () -> sandbox.token("user", CLUSTER).filter(token -> !token.equals(old)).isPresent());
    await().atMost(TIMEOUT).untilAsserted(() -> assertThat(sum(issued)).isGreaterThan(before));
  }

  @Test
  void gaugesOfReconciliationsReturnToZero(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("{paused: true, auth: {enableServiceAccounts: true}}"));
    List<String> names = IntStream.range(0, 12).mapToObj(i -> "user-" + i).toList();
    names.forEach(
        name -> sandbox.apply(Manifests.serviceAccount(name), Manifests.role(name, "foo")));
    sandbox.client().resources(NatsServiceRole.class).inNamespace(sandbox.namespace()).delete();

    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(metrics().flatMap(text -> RECONCILIATIONS.matcher(text).results()))
                    .hasSizeGreaterThanOrEqualTo(4)
                    .allSatisfy(gauge -> assertThat(Double.parseDouble(gauge.group(1))).isZero()));
  }

  /** The sum of all matches in the metrics of all replicas. */
  private static double sum(String metric) {
    Pattern pattern = Pattern.compile(metric);
    return metrics()
        .flatMap(text -> pattern.matcher(text).results())
        .mapToDouble(match -> Double.parseDouble(match.group(1)))
        .sum();
  }

  private static Stream<String> metrics() {
    return Node.operatorPods().stream().map(pod -> Actuator.of(pod).get("prometheus"));
  }
}
