package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Objects;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.ServicePolicy;

/** Parts of both Services. The user's labels and annotations never replace the operator's. */
final class ServiceMetadata {

  /** Type of both Services. Another type could send clients to another address. */
  static final String TYPE = "ClusterIP";

  private ServiceMetadata() {}

  static ObjectMeta of(NatsCluster cluster, String name, ServicePolicy policy, int opaquePort) {
    ObjectMetaBuilder meta =
        new ObjectMetaBuilder(ChildMetadata.of(cluster, name))
            .addToAnnotations(OpaquePorts.annotation(opaquePort));
    if (policy != null) {
      meta.withLabels(Objects.requireNonNullElse(policy.labels(), Map.of()))
          .addToLabels(ChildMetadata.labels(cluster))
          .addToAnnotations(Objects.requireNonNullElse(policy.annotations(), Map.of()));
    }
    return meta.build();
  }
}
