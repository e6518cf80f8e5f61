package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.NatsOperatorApplication;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Two replicas of the operator answer the logins of one cluster. */
@ExtendWith(ApiServer.class)
class TwoReplicasIT {

  private static final String USER = "nats-user";

  @Test
  void loginsGoOnWhenOneReplicaEnds(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster(
            """
            size: 1
            version: "2.15.3"
            auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}
            """),
        Manifests.serviceAccount(USER),
        Manifests.role(USER, "foo"),
        PodTokens.pod("client", USER));
    String token = PodTokens.of(sandbox, USER, "client");
    try (ConfigurableApplicationContext one = replica(sandbox, "one");
        ConfigurableApplicationContext two = replica(sandbox, "two");
        LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      await().untilAsserted(() -> assertThat(login(servers, token)).isEqualTo(WELCOME));
      await()
          .untilAsserted(
              () -> {
                login(servers, token);
                assertThat(granted(one)).as("logins that replica one granted").isPositive();
                assertThat(granted(two)).as("logins that replica two granted").isPositive();
              });

      try (NatsClient client = server(servers).login(USER, token)) {
        two.close();

        for (int i = 0; i < 20; i++) {
          assertThat(login(servers, token)).isEqualTo(WELCOME);
        }
        assertThat(client.isConnected()).isTrue();
        sandbox.delete(sandbox.role(USER));
        await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      }
    }
  }

  /** Both replicas see every connection, whichever of them admitted it. */
  @Test
  void bothReplicasCloseConnections(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster(
            """
            size: 1
            version: "2.15.3"
            auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}
            """),
        Manifests.serviceAccount(USER),
        Manifests.role(USER, "foo"),
        PodTokens.pod("client", USER));
    String token = PodTokens.of(sandbox, USER, "client");
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      NatsClient client;
      try (ConfigurableApplicationContext one = replica(sandbox, "one")) {
        await().untilAsserted(() -> assertThat(login(servers, token)).isEqualTo(WELCOME));
        client = server(servers).login(USER, token);
      }
      try (ConfigurableApplicationContext two = replica(sandbox, "two")) {
        await().untilAsserted(() -> assertThat(login(servers, token)).isEqualTo(WELCOME));
        assertThat(client.isConnected()).isTrue();

        sandbox.apply(Manifests.role(USER, "bar"));

        await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      } finally {
        client.close();
      }
    }
  }

  private static ConfigurableApplicationContext replica(Sandbox sandbox, String name) {
    return new SpringApplicationBuilder(NatsOperatorApplication.class)
        .run(
            "--server.port=0",
            "--webhooks.enabled=false",
            "--operator.pod-name=" + name,
            "--operator.namespace=" + sandbox.namespace(),
            "--operator.watch-namespaces=" + sandbox.namespace());
  }

  private static double granted(ConfigurableApplicationContext replica) {
    return replica
        .getBean(MeterRegistry.class)
        .find("nats.operator.callout.decisions")
        .counters()
        .stream()
        .filter(counter -> "granted".equals(counter.getId().getTag("result")))
        .mapToDouble(Counter::count)
        .sum();
  }

  private static String login(LoopbackCluster servers, String token) {
    return servers.pods().values().stream()
        .filter(pod -> pod.getStatus().getPodIP() != null)
        .findFirst()
        .map(pod -> new RunningServer(pod).answerTo(USER, token))
        .orElse("no server");
  }

  private static RunningServer server(LoopbackCluster servers) {
    return new RunningServer(servers.pods().values().iterator().next());
  }
}
