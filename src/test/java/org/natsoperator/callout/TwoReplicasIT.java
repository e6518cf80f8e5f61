package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.NatsOperatorApplication;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A second replica of the operator answers the logins of a cluster, too. */
@LongTest
@OperatorTest
class TwoReplicasIT {

  /** A loaded machine needs some time to start a replica. */
  private static final Duration LONG = Duration.ofMinutes(2);

  @Autowired private MeterRegistry first;

  private Sandbox sandbox;
  private ProjectedCluster cluster;
  private String token;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.start(sandbox);
    token = cluster.podToken(POD);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void loginsGoOnWhenAReplicaEnds() throws Exception {
    try (ConfigurableApplicationContext replica = replica()) {
      MeterRegistry second = replica.getBean(MeterRegistry.class);
      awaitLoginBy(second);
      awaitLoginBy(first);
      cluster.awaitReplicas(2);
    }
    cluster.awaitReplicas(1);
    // No login gets lost, except while this machine pauses.
    await().untilAsserted(() -> assertThat(logins(20)).containsOnly(WELCOME));
  }

  /** One of the replicas is faster, and the other then sees the end of the connection. */
  @Test
  void changedRoleClosesConnections() throws Exception {
    try (NatsClient client = cluster.client(USER, token);
        ConfigurableApplicationContext replica = replica()) {
      MeterRegistry second = replica.getBean(MeterRegistry.class);
      awaitLoginBy(second);
      double before = kicks(first) + kicks(second);

      sandbox.apply(Manifests.role(USER, "bar"));

      client.awaitClosed();
      assertThat(kicks(first) + kicks(second)).isGreaterThan(before);
    }
  }

  private List<String> logins(int number) {
    return IntStream.range(0, number).mapToObj(i -> cluster.loginOnce(token)).toList();
  }

  private void awaitLoginBy(MeterRegistry replica) {
    double before = granted(replica);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(cluster.login(token)).isEqualTo(WELCOME);
              assertThat(granted(replica)).isGreaterThan(before);
            });
  }

  /** It is on standby, since the operator under test is the leader. */
  private static ConfigurableApplicationContext replica() {
    return new SpringApplicationBuilder(NatsOperatorApplication.class)
        .run(
            "--server.port=0",
            "--webhooks.enabled=false",
            "--operator.pod-name=second",
            "--operator.namespace=" + OperatorTest.NAMESPACE);
  }

  private double granted(MeterRegistry replica) {
    return ClusterCounters.sum(
        replica, sandbox, "nats.operator.callout.decisions", "result", "granted");
  }

  private double kicks(MeterRegistry replica) {
    return ClusterCounters.sum(
        replica, sandbox, "nats.operator.callout.kicks", "reason", "role_changed");
  }
}
