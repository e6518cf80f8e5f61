package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Workloads;

/** The causes that users see if the pods of servers or clients cannot start. */
@NodeTest
class StuckPodsIT {

  /** Pods wait for 30 seconds before the operator reports them. */
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void clusterNamesExhaustedQuota(Sandbox sandbox) {
    sandbox.apply(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: full}
        spec: {hard: {pods: "0"}}
        """);
    sandbox.apply(Manifests.cluster(1, "2.15.3"));

    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              Condition ready = sandbox.clusterCondition(CLUSTER, "Ready");
              assertThat(ready.getReason()).isEqualTo("ServerFails");
              assertThat(ready.getMessage())
                  .startsWith("the API server rejects the pod of a server: ")
                  .contains("exceeded quota: full");
            });
  }

  @Test
  void ownerOfPodsGetsEventAboutMissingCluster(Sandbox sandbox) {
    sandbox.apply(
        Manifests.serviceAccount("user"),
        Workloads.deployment("web", "user").replace(CLUSTER, "exmaple-nats"));

    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(sandbox.events())
                    .filteredOn(event -> event.getReason().equals("PodsWaitForToken"))
                    .singleElement()
                    .satisfies(
                        event -> {
                          assertThat(event.getRegarding().getKind()).isEqualTo("ReplicaSet");
                          assertThat(event.getRegarding().getName()).startsWith("web-");
                          assertThat(event.getNote())
                              .contains(
                                  "NatsCluster %s/exmaple-nats does not exist"
                                      .formatted(sandbox.namespace()));
                        }));
  }
}
