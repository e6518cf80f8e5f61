package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Objects;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.ServicePolicy;

/** Metadata of a Service: the user's labels and annotations, which never replace the operator's. */
final class ServiceMetadata {

  private ServiceMetadata() {}

  static ObjectMeta of(NatsCluster cluster, String name, ServicePolicy policy) {
    ObjectMetaBuilder meta = new ObjectMetaBuilder(ChildMetadata.of(cluster, name));
    if (policy != null) {
      meta.withLabels(Objects.requireNonNullElse(policy.labels(), Map.of()))
          .addToLabels(ChildMetadata.labels(cluster))
          .withAnnotations(policy.annotations());
    }
    return meta.build();
  }
}
