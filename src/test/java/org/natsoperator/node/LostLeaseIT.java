package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** A leader that slept for too long finds that another leads. */
@NodeTest
class LostLeaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void it_exits_and_one_of_the_replicas_goes_on(Sandbox sandbox) {
    List<Pod> before = Node.operatorPods();
    Resource<Lease> lease = Node.client().leases().inNamespace(before.getFirst().getMetadata().getNamespace()).withName("nats-operator");
    String leader = holder(lease);
    Pod pod = before.stream().filter(each -> each.getMetadata().getName().equals(leader)).findFirst().orElseThrow();
    // It may renew it just now.
    await().ignoreExceptions().until(() -> holder(lease.edit(LostLeaseIT::takenByAnother)).equals("another"));
    await().atMost(PATIENCE).until(() -> restarts(Node.client().resource(pod).get()) == restarts(pod) + 1);
    await().atMost(PATIENCE).until(() -> before.stream().anyMatch(each -> each.getMetadata().getName().equals(holder(lease))));
    await().atMost(PATIENCE).until(() -> Node.operatorPods().stream().allMatch(Readiness::isPodReady));
    assertThat(Node.operatorPods()).hasSameSizeAs(before);
    RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.2"), "user");
  }

  private static Lease takenByAnother(Lease lease) {
    return new LeaseBuilder(lease).editSpec().withHolderIdentity("another").withRenewTime(ZonedDateTime.now(ZoneOffset.UTC)).endSpec().build();
  }

  private static String holder(Resource<Lease> lease) {
    return holder(lease.get());
  }

  private static String holder(Lease lease) {
    return lease.getSpec().getHolderIdentity();
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }
}
