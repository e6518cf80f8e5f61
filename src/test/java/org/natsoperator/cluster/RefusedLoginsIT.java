package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests what a user sees of clients whose logins real servers refuse. */
@LongTest
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.10.27", "2.15.3"})
class RefusedLoginsIT {

  private static final String USER = "nats-user";
  private static final String SECRET_NAME = "a-name-that-a-client-chose";

  @Parameter String version;
  @Autowired private MeterRegistry meters;
  private Sandbox sandbox;
  private LoopbackCluster servers;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    LoopbackCluster.build(version);
    servers = LoopbackCluster.of(CLUSTER, sandbox);
    sandbox.apply(
        Manifests.cluster(
            "{size: 2, version: \"%s\", auth: {enableServiceAccounts: true}}".formatted(version)),
        Manifests.serviceAccount(USER),
        Manifests.role(USER, "foo"));
    sandbox.awaitRole(USER, "Ready");
    await().until(() -> operatorListens());
    await().until(() -> servers.pods().values().stream().allMatch(this::reportsToOperator));
  }

  @AfterEach
  void stop() throws InterruptedException {
    servers.close();
  }

  @Test
  void refusedLoginsOfEveryServerAreReportedWithoutNames() {
    assertThat(condition().getStatus()).isEqualTo("True");
    assertThat(server(1).answerTo(USER, sandbox.token(USER, CLUSTER).orElseThrow()))
        .isEqualTo(WELCOME);
    assertThat(server(1).answerTo(USER, "replaced-token")).isEqualTo(REFUSAL);
    assertThat(server(2).answerTo(SECRET_NAME, "any")).isEqualTo(REFUSAL);

    await().untilAsserted(() -> assertThat(counted()).isEqualTo(2));
    assertThat(condition().getStatus()).isEqualTo("True");

    await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(server(2).answerTo(SECRET_NAME, "any")).isEqualTo(REFUSAL);
              assertThat(condition().getReason()).isEqualTo("LoginsRefused");
            });
    assertThat(condition().getStatus()).isEqualTo("False");
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus()).isEqualTo("True");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.cluster(CLUSTER)))
                    .extracting(Event::getReason)
                    .contains("LoginsRefused"));
    assertThat(sandbox.cluster(CLUSTER).toString() + sandbox.events())
        .doesNotContain(SECRET_NAME, "replaced-token");

    String resourceVersion = sandbox.cluster(CLUSTER).getMetadata().getResourceVersion();
    double before = counted();
    assertThat(server(2).answerTo(SECRET_NAME, "any")).isEqualTo(REFUSAL);
    await().untilAsserted(() -> assertThat(counted()).isGreaterThan(before));
    assertThat(sandbox.cluster(CLUSTER).getMetadata().getResourceVersion())
        .isEqualTo(resourceVersion);
  }

  @Test
  void manyRefusedLoginsCostFewEvents() throws InterruptedException {
    flood(SECRET_NAME);

    await().untilAsserted(() -> assertThat(counted()).isGreaterThanOrEqualTo(50));
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(() -> assertThat(counted()).isLessThan(400));
    awaitLastEvents();
    double before = counted();
    assertThat(server(1).answerTo(SECRET_NAME, "any")).isEqualTo(REFUSAL);
    await().untilAsserted(() -> assertThat(counted()).isEqualTo(before + 1));
  }

  /** In an event, each of these characters is an escape sequence of six. */
  @Test
  void eventsWithLongNamesDoNotEndTheReports() throws InterruptedException {
    flood("<".repeat(3_900));
    awaitLastEvents();
    double before = counted();
    assertThat(server(1).answerTo(SECRET_NAME, "any")).isEqualTo(REFUSAL);
    await().untilAsserted(() -> assertThat(counted()).isEqualTo(before + 1));
  }

  @Test
  void anotherServerReportsAfterTheRestartOfOne() {
    Pod used = connectedServer().orElseThrow();
    sandbox.client().resource(used).withGracePeriod(0).delete();
    await().until(() -> servers.pods().size() == 2 && allListen() && operatorListens());
    double before = counted();

    // The servers may have no route to each other yet.
    await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(server(1).answerTo(SECRET_NAME, "any")).isEqualTo(REFUSAL);
              assertThat(counted()).isGreaterThan(before);
            });
  }

  /** Several clients at a time: a slow one would not exceed 50 logins in two seconds. */
  private void flood(String name) throws InterruptedException {
    RunningServer flooded = server(2);
    try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
      Callable<String> login = () -> flooded.answerTo(name, "any");
      assertThat(clients.invokeAll(Collections.nCopies(400, login)))
          .extracting(Future::get)
          .containsOnly(REFUSAL);
    }
  }

  /** The operator reads the events, and begins the next subscription, every two seconds. */
  private void awaitLastEvents() {
    AtomicReference<Double> last = new AtomicReference<>(-1.0);
    await()
        .pollInterval(Duration.ofSeconds(3))
        .until(
            () -> {
              double now = counted();
              return last.getAndSet(now) == now;
            });
  }

  private Condition condition() {
    return sandbox.clusterCondition(CLUSTER, "LoginsAccepted");
  }

  private RunningServer server(int ordinal) {
    return new RunningServer(servers.pods().get(CLUSTER + "-" + ordinal));
  }

  private double counted() {
    return meters
        .get("nats.operator.cluster.logins.refused")
        .tags("cluster_namespace", sandbox.namespace(), "reason", "authentication_failure")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private boolean allListen() {
    return servers.pods().values().stream()
        .allMatch(pod -> pod.getStatus().getPodIP() != null && new RunningServer(pod).listens());
  }

  private boolean operatorListens() {
    return connectedServer().isPresent();
  }

  /** The server with the operator's connection, once its subscription exists. */
  private Optional<Pod> connectedServer() {
    return servers.pods().values().stream().filter(RefusedLoginsIT::hasOperator).findFirst();
  }

  private static boolean hasOperator(Pod pod) {
    return pod.getStatus().getPodIP() != null
        && new RunningServer(pod).listens()
        && new RunningServer(pod)
            .connections("$SYS").stream()
                .anyMatch(client -> client.path("subscriptions").asInt() > 0);
  }

  /** Other servers know the operator's subscription by their routes, some time after it exists. */
  private boolean reportsToOperator(Pod pod) {
    return hasOperator(pod) || servers.subscriptionsOfRoutes(pod).contains("CLIENT.AUTH.ERR");
  }
}
