package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.PodLogins.LONG;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;

import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.connections.Peers;
import org.natsoperator.leader.LeaderLease;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Pauses;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;

/** Clients log in while the leader of two replicas hangs or ends. */
@ReleaseTest
@ExtendWith(SeparateApiServer.class)
class LeaderFailuresIT {

  /** Time after which every login must be accepted. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(2);

  /** A replica detects that another one hangs only after it has received a heartbeat of it. */
  private static final Duration SEVERAL_HEARTBEATS = Duration.ofSeconds(1);

  private Sandbox sandbox;
  @AutoClose private OperatorProcess one;
  @AutoClose private OperatorProcess two;
  @AutoClose private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    one = OperatorProcess.start("one", sandbox.kubeconfig());
    awaitLeader("one");
    cluster = ProjectedCluster.start(sandbox);
    two = OperatorProcess.start("two", sandbox.kubeconfig());
    awaitConnected("two");
  }

  @Test
  void loginsGoOnWhenTheLeaderHangsOrEnds() throws Exception {
    Pauses.sleepWithoutPause(SEVERAL_HEARTBEATS, Peers.INTERVAL);
    PodLogins.assertGoOnDuring(
        () -> {
          PodLogins.suspend(one, LONGEST_GAP);
          return one;
        },
        cluster);
    awaitLeader("two");
    assertRoleChangesArrive("bar");

    one.resume();
    awaitConnected("one");
    PodLogins.assertGoOnDuring(
        () -> {
          two.kill();
          return await().until(() -> !cluster.isConnected("two"), gone -> gone);
        },
        cluster);
    awaitLeader("one");
    assertRoleChangesArrive("foo");
  }

  /** The change closes the connection, and the new leader reports it. */
  private void assertRoleChangesArrive(String subject) {
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      sandbox.apply(Manifests.role(USER, subject));
      client.awaitClosed();
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              NatsServiceRole role = sandbox.role(USER);
              assertThat(role.getStatus().observedGeneration())
                  .isEqualTo(role.getMetadata().getGeneration());
            });
  }

  private void awaitLeader(String name) {
    var lease =
        sandbox.client().leases().inNamespace(OperatorTest.NAMESPACE).withName(LeaderLease.NAME);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(lease.get())
                    .extracting(found -> found.getSpec().getHolderIdentity())
                    .isEqualTo(name));
  }

  private void awaitConnected(String name) {
    await().atMost(LONG).until(() -> cluster.isConnected(name));
  }
}
