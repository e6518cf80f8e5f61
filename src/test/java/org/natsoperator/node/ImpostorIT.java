package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ClientPod;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** Pods that look like servers, to which clients would send their tokens. */
@NodeTest
class ImpostorIT {

  private static final String REMEDY = "remove the label app=nats";

  @Test
  void rejectsFakeServersAndKeepsThemOutOfServices(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "user");
    assertThat(sandbox.kubectlApply(byHand())).contains("denied", REMEDY);
    assertThat(sandbox.kubectlApply(byDeployment())).contains("created");
    ClientPod client = ClientPod.start(sandbox, "user");
    assertThat(sandbox.kubectlApply(relabeled(client))).contains("denied", REMEDY);
    await()
        .untilAsserted(() -> assertThat(failures(sandbox)).anyMatch(note -> note.contains(REMEDY)));
    List<String> servers = cluster.pods().stream().map(pod -> pod.getStatus().getPodIP()).toList();
    assertThat(servers).hasSize(3);
    for (String service : List.of(CLUSTER, CLUSTER + "-mgmt")) {
      await()
          .untilAsserted(
              () ->
                  assertThat(endpoints(sandbox, service))
                      .containsExactlyInAnyOrderElementsOf(servers));
    }
  }

  private static String byHand() {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: example-nats-4
      labels: {app: nats, nats_cluster: %s}
    spec:
    %s\
    """
        .formatted(CLUSTER, spec().indent(2));
  }

  private static String byDeployment() {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: %1$s
    spec:
      selector: {matchLabels: {app: nats}}
      template:
        metadata:
          labels: {app: nats, nats_cluster: %1$s}
        spec:
    %2$s\
    """
        .formatted(CLUSTER, spec().indent(6));
  }

  private static String spec() {
    return """
    containers:
    - name: impostor
      image: natsio/nats-box:0.19.0
      command: [nc, -lk, -p, "4222"]
    """;
  }

  private static String relabeled(ClientPod pod) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
      labels: {app: nats, nats_cluster: %s}
    """
        .formatted(pod.name(), CLUSTER);
  }

  /** The failures that controllers of Kubernetes report. */
  private static List<String> failures(Sandbox sandbox) {
    return sandbox
        .client()
        .v1()
        .events()
        .inNamespace(sandbox.namespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> "FailedCreate".equals(event.getReason()))
        .map(event -> event.getMessage())
        .toList();
  }

  private static List<String> endpoints(Sandbox sandbox, String service) {
    return sandbox
        .client()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(sandbox.namespace())
        .withLabels(Map.of("kubernetes.io/service-name", service))
        .list()
        .getItems()
        .stream()
        .map(EndpointSlice::getEndpoints)
        .flatMap(List::stream)
        .flatMap(endpoint -> endpoint.getAddresses().stream())
        .toList();
  }
}
