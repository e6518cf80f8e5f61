package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.Ports;

/**
 * The headless Service that gives every server a DNS name. It selects servers of all versions,
 * ready or not, since they must find each other before they are ready.
 */
public final class ManagementService {

  private ManagementService() {}

  public static Service of(NatsCluster cluster) {
    return new ServiceBuilder()
        .withMetadata(
            ServiceMetadata.of(
                cluster,
                ChildNames.of(cluster).managementService(),
                cluster.getSpec().managementServicePolicy(),
                Ports.CLUSTER))
        .withNewSpec()
        .withType(ServiceMetadata.TYPE)
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(ChildMetadata.labels(cluster))
        .withPorts(
            port("cluster", Ports.CLUSTER, OpaquePorts.TCP),
            port("monitoring", Ports.MONITORING, "http"),
            port("metrics", Ports.METRICS, "http"))
        .endSpec()
        .build();
  }

  static ServicePort port(String name, int port, String appProtocol) {
    return new ServicePortBuilder()
        .withName(name)
        .withProtocol("TCP")
        .withAppProtocol(appProtocol)
        .withPort(port)
        .withTargetPort(new IntOrString(port))
        .build();
  }
}
