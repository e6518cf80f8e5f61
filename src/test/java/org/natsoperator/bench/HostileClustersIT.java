package org.natsoperator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.testing.FloodingServers;
import org.natsoperator.testing.HangingServers;
import org.natsoperator.testing.HostileClusters;
import org.natsoperator.testing.HostileMonitoring;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.Revocations;
import org.natsoperator.testing.Sandbox;

/**
 * The owner of many clusters chooses images whose servers never answer, or send as much as the
 * operator accepts. The operator is a process with the chart's memory limit. It revokes the
 * permissions of the client of another cluster in time.
 *
 * <p>Needs the files of {@code make image-files}, and root for the limit.
 */
@ReleaseTest
class HostileClustersIT {

  private static final int HANGING = 20;

  /** Of each kind of tokens. */
  private static final int FLOODING = 5;

  private static final int SERVERS = 4;

  /** Connections to hanging servers; more than the operator has places for commands. */
  private static final int BUSY = 60;

  /** Of a report that the operator accepts on each of its connections. */
  private static final int TAGS = 2_500;

  /** Together they have more bytes than the operator's heap. */
  private static final int MESSAGES = 2_000;

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Without a sidecar, so that the operator asks the servers to reload. */
  private static final String SPEC =
      "{size: %d, version: 2.15.3, auth: {enableServiceAccounts: true, serviceAccountTokens: %s}}";

  private static final String BOUND = SPEC.formatted(SERVERS, AuthPolicy.BOUND_SECRET);
  private static final String PROJECTED = SPEC.formatted(SERVERS, AuthPolicy.PROJECTED);

  @Test
  void revocationOfOtherClusterDoesNotWaitForThem() throws Exception {
    try (StandaloneApiServer server = StandaloneApiServer.start()) {
      OperatorProcess.train(server);
      Manifest.namespace(OperatorProcess.NAMESPACE).applyTo(server.client());
      Sandbox victim = Sandbox.create(server.client(), server.kubeconfig());
      victim.apply(
          Manifests.cluster(1, "2.15.3"),
          Manifests.serviceAccount("a"),
          Manifests.role("a", "foo"));
      try (LimitedOperator operator = LimitedOperator.start(server)) {
        StatefulSet set =
            await()
                .atMost(TIMEOUT)
                .until(() -> victim.statefulSet(Manifests.CLUSTER), Objects::nonNull);
        try (LoopbackServer nats = LoopbackServer.of(set, victim.client())) {
          victim.awaitRole("a", "InForce");
          Sandbox hostile = Sandbox.create(server.client(), server.kubeconfig());
          assertRevokesInTime(new Revocations(victim, nats.server()), hostile, operator);
        }
      }
    }
  }

  private static void assertRevokesInTime(
      Revocations revocations, Sandbox hostile, LimitedOperator operator) throws IOException {
    try (HangingServers hanging = HangingServers.start();
        FloodingServers flooding = FloodingServers.start(FloodingServers.report(TAGS));
        HostileMonitoring monitoring = flooding.startMonitoring()) {
      Consumer<StatefulSet> hangingPods = set -> hanging.createPods(set, SERVERS, hostile.client());
      Consumer<StatefulSet> floodingPods =
          set -> flooding.createPods(set, SERVERS, hostile.client());
      HostileClusters.create(hostile, "hanging", HANGING, BOUND, hangingPods);
      HostileClusters.create(hostile, "bound", FLOODING, BOUND, floodingPods);
      HostileClusters.create(hostile, "projected", FLOODING, PROJECTED, floodingPods);
      HostileClusters.awaitRefusals(hostile, "hanging", HANGING);
      HostileClusters.awaitRefusals(hostile, "bound", FLOODING);
      HostileClusters.awaitRefusals(hostile, "projected", FLOODING);
      await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  operator.ended() || hanging.connections() >= BUSY && flooding.sent() >= MESSAGES);
      assertThat(operator.ended()).isFalse();
      revocations.assertInTime();
      assertThat(operator.ended()).isFalse();
      assertThat(operator.kills()).isZero();
    }
  }
}
