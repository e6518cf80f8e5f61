package org.natsoperator.node;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.PodNetwork;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** A leader that slept for too long, or that nobody hears any more, must not go on beside the next. */
@LongNodeTest
class LostLeaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** 10 seconds without a renewal, and what a stop may take. */
  private static final Duration CUT_OFF = Duration.ofSeconds(45);

  private static final int REPLICAS = 2;

  @Test
  void whoever_finds_another_in_his_place_exits(Sandbox sandbox) {
    Pod leader = leader();
    // It may renew it just now.
    await().ignoreExceptions().until(() -> lease().edit(LostLeaseIT::takenByAnother).getSpec().getHolderIdentity().equals("another"));
    await().atMost(PATIENCE).until(() -> restarts(Node.client().resource(leader).get()) == restarts(leader) + 1);
    awaitRolesIn(sandbox);
  }

  @Test
  void whoever_is_cut_off_exits(Sandbox sandbox) {
    Pod leader = leader();
    PodProcesses processes = PodProcesses.of(leader, "nats-operator");
    PodNetwork.of(leader, "nats-operator").swallow(443);
    await().atMost(CUT_OFF).until(() -> !processes.run());
    // Another gets another network.
    Node.client().resource(leader).withGracePeriod(0).delete();
    awaitRolesIn(sandbox);
  }

  /** Somebody leads. */
  private static void awaitRolesIn(Sandbox sandbox) {
    await().atMost(PATIENCE).until(() -> Node.operatorPods().size() == REPLICAS && Node.operatorPods().stream().allMatch(Readiness::isPodReady));
    RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.2"), "user");
  }

  private static Pod leader() {
    String holder = lease().get().getSpec().getHolderIdentity();
    return Node.operatorPods().stream().filter(pod -> pod.getMetadata().getName().equals(holder)).findFirst().orElseThrow();
  }

  private static Resource<Lease> lease() {
    String namespace = Node.operatorPods().getFirst().getMetadata().getNamespace();
    return Node.client().leases().inNamespace(namespace).withName("nats-operator");
  }

  private static Lease takenByAnother(Lease lease) {
    return new LeaseBuilder(lease).editSpec().withHolderIdentity("another").withRenewTime(ZonedDateTime.now(ZoneOffset.UTC)).endSpec().build();
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }
}
