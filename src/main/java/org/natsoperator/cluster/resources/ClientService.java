package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.Ports;

/** The Service that clients connect to. */
public final class ClientService {

  private ClientService() {}

  public static Service of(NatsCluster cluster) {
    return new ServiceBuilder()
        .withMetadata(
            ServiceMetadata.of(
                cluster,
                ChildNames.of(cluster).clientService(),
                cluster.getSpec().servicePolicy(),
                Ports.CLIENT))
        .withNewSpec()
        .withType(ServiceMetadata.TYPE)
        .withSelector(ChildMetadata.labels(cluster))
        .withPorts(ManagementService.port("tcp-client", Ports.CLIENT, OpaquePorts.TCP))
        .endSpec()
        .build();
  }
}
