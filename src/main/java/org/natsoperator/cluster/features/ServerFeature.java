package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.validation.FieldErrors;

/**
 * One feature of a server: the rules of its fields, its part of nats.conf and of the pod. A feature
 * is a pure function of its arguments. {@link ServerFeatures#ALL} lists all of them.
 */
public interface ServerFeature {

  /** Adds the errors in the feature's fields. A cluster with an error is not updated. */
  default void validate(NatsClusterSpec spec, FieldErrors errors) {}

  /** Adds warnings about valid fields that a user may not intend; at most 120 characters each. */
  default void warn(NatsCluster cluster, FieldErrors warnings) {}

  /** Adds the feature's keys to nats.conf. */
  default void configure(ServerConfig config, ObjectNode natsConf) {}

  /**
   * Keys of nats.conf that a running server reloads; {@code block.key} for one inside a block. A
   * change of any other key restarts the servers one by one.
   */
  default Set<String> reloadable() {
    return Set.of();
  }

  /** Adds the feature's volumes, environment, sidecars and so on. */
  default void extendPod(NatsClusterSpec spec, PodParts parts) {}
}
