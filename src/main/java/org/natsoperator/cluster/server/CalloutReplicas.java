package org.natsoperator.cluster.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.natsoperator.api.NatsCluster;
import org.springframework.stereotype.Component;

/**
 * The number of replicas of the operator that are connected to each cluster to answer logins, as
 * this replica sees them: itself, and others that reach the API server.
 */
@Component
public class CalloutReplicas {

  private final Map<String, Integer> byCluster = new ConcurrentHashMap<>();
  private volatile Consumer<NatsCluster> listener = cluster -> {};

  /** Sets the listener for clusters whose number changes. */
  public void onChange(Consumer<NatsCluster> newListener) {
    listener = newListener;
  }

  /** Stores the number of a cluster; 0 removes it. */
  public void report(NatsCluster cluster, int replicas) {
    String uid = cluster.getMetadata().getUid();
    Integer before = replicas == 0 ? byCluster.remove(uid) : byCluster.put(uid, replicas);
    if ((before == null ? 0 : before) != replicas) {
      listener.accept(cluster);
    }
  }

  /** The number for a cluster. */
  public int count(NatsCluster cluster) {
    return byCluster.getOrDefault(cluster.getMetadata().getUid(), 0);
  }
}
