package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.PodNetwork;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.ReleaseNodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/**
 * A leader that lost its lease or its network stops reconciling and does not restart. Another
 * replica leads.
 */
@ReleaseNodeTest
class LostLeaseIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /** The lease duration: after the last renewal, another replica may lead only when it is over. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  @Test
  void leaderStopsReconcilingIfAnotherHoldsLease(Sandbox sandbox) {
    Pod leader = leader();
    // The leader may renew the Lease at the same time.
    await()
        .ignoreExceptions()
        .until(
            () ->
                lease()
                    .edit(LostLeaseIT::takenByAnother)
                    .getSpec()
                    .getHolderIdentity()
                    .equals("another"));
    RunningCluster.awaitWithin(LEASE, () -> !leads(leader));
    await().atMost(TIMEOUT).until(() -> !holders().isEmpty());
    awaitRolesIn(sandbox);
    assertThat(restarts(Node.client().resource(leader).get())).isEqualTo(restarts(leader));
  }

  @Test
  void disconnectedLeaderStopsReconcilingBeforeLeaseExpires(Sandbox sandbox) {
    Pod leader = leader();
    PodProcesses processes = PodProcesses.of(leader, "nats-operator");
    PodNetwork.of(leader, "nats-operator").dropPackets(443);
    try {
      RunningCluster.awaitWithin(LEASE, () -> !leads(leader));
      await().atMost(TIMEOUT).until(() -> holders().stream().noneMatch(pod -> isSame(pod, leader)));
      assertThat(processes.run()).isTrue();
    } finally {
      replace(leader);
    }
    awaitRolesIn(sandbox);
  }

  /** Returns true if the pod reports that it leads. */
  private static boolean leads(Pod pod) {
    return Actuator.of(pod).get("prometheus").lines().anyMatch("nats_operator_leader 1.0"::equals);
  }

  /** Replaces the pod. The new pod starts without a restart delay and with an intact network. */
  private static void replace(Pod pod) {
    Node.client().resource(pod).withGracePeriod(0).delete();
  }

  /** Waits until roles take effect, which needs a leader. */
  private static void awaitRolesIn(Sandbox sandbox) {
    Node.awaitOperator();
    RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"), "user");
  }

  private static Pod leader() {
    return await().atMost(TIMEOUT).until(LostLeaseIT::holders, pods -> !pods.isEmpty()).getFirst();
  }

  /** The pod that holds the Lease; empty while there is none. */
  private static List<Pod> holders() {
    String holder = lease().get().getSpec().getHolderIdentity();
    return Node.operatorPods().stream()
        .filter(pod -> pod.getMetadata().getName().equals(holder))
        .toList();
  }

  private static Resource<Lease> lease() {
    String namespace = Node.operatorPods().getFirst().getMetadata().getNamespace();
    return Node.client().leases().inNamespace(namespace).withName("nats-operator");
  }

  private static Lease takenByAnother(Lease lease) {
    return new LeaseBuilder(lease)
        .editSpec()
        .withHolderIdentity("another")
        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  private static boolean isSame(Pod one, Pod other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }
}
