package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;

/** {@link ClientService} and {@link ManagementService}. */
class ServicesTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final Map<String, String> ALL_SERVERS =
      Map.of("app", "nats", "nats_cluster", "example-nats");

  @Test
  void clientServiceUsesPort4222() {
    Service service = ClientService.of(CLUSTER);

    assertThat(service.getMetadata().getName()).isEqualTo("example-nats");
    assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
    assertThat(service.getSpec().getSelector()).isEqualTo(ALL_SERVERS);
    assertThat(service.getSpec().getPorts())
        .extracting(ServicePort::getName, ServicePort::getPort, ServicePort::getAppProtocol)
        .containsExactly(tuple("tcp-client", 4222, "tcp"));
  }

  @Test
  void managementServicePublishesServersBeforeTheyAreReady() {
    Service service = ManagementService.of(CLUSTER);

    assertThat(service.getMetadata().getName()).isEqualTo("example-nats-mgmt");
    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(service.getSpec().getSelector()).isEqualTo(ALL_SERVERS);
    assertThat(service.getSpec().getPorts())
        .extracting(ServicePort::getName, ServicePort::getPort, ServicePort::getAppProtocol)
        .containsExactly(
            tuple("cluster", 6222, "tcp"),
            tuple("monitoring", 8222, "http"),
            tuple("metrics", 7777, "http"));
  }

  @Test
  void keepsOperatorLabelsAndAnnotationsOverUserOnes() {
    String policy = "{labels: {team: a, app: evil}, annotations: {note: b}}";
    Service service = ClientService.of(Clusters.cluster("{servicePolicy: " + policy + "}"));

    assertThat(service.getMetadata().getLabels())
        .isEqualTo(Map.of("team", "a", "app", "nats", "nats_cluster", "example-nats"));
    assertThat(service.getMetadata().getAnnotations())
        .isEqualTo(Map.of("note", "b", "config.linkerd.io/opaque-ports", "4222"));
  }

  @Test
  void userMayChangeOpaquePorts() {
    String policy = "{annotations: {config.linkerd.io/opaque-ports: '1'}}";
    NatsCluster cluster = Clusters.cluster("{managementServicePolicy: " + policy + "}");

    assertThat(ManagementService.of(CLUSTER).getMetadata().getAnnotations())
        .isEqualTo(Map.of("config.linkerd.io/opaque-ports", "6222"));
    assertThat(ManagementService.of(cluster).getMetadata().getAnnotations())
        .isEqualTo(Map.of("config.linkerd.io/opaque-ports", "1"));
  }

  @Test
  void eachServiceHasItsOwnPolicy() {
    NatsCluster cluster =
        Clusters.cluster(
            "{servicePolicy: {labels: {of: clients}}, managementServicePolicy: {labels: {of:"
                + " servers}}}");

    assertThat(ClientService.of(cluster).getMetadata().getLabels()).containsEntry("of", "clients");
    assertThat(ManagementService.of(cluster).getMetadata().getLabels())
        .containsEntry("of", "servers");
  }

  @Test
  void emptyPolicyChangesNothing() {
    NatsCluster cluster = Clusters.cluster("{servicePolicy: {labels: null, annotations: null}}");

    assertThat(ClientService.of(cluster).getMetadata().getLabels()).isEqualTo(ALL_SERVERS);
  }
}
