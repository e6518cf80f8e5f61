package org.natsoperator.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.kubernetes.ObjectName;

/**
 * The UIDs of the clusters of this term. A cluster that was deleted and recreated at once appears
 * only as another UID.
 */
final class ClusterUids {

  private final Map<String, String> uids = new ConcurrentHashMap<>();

  /** Records a cluster; returns the UID of another one that had its name before. */
  Optional<String> replace(NatsCluster cluster) {
    return Optional.ofNullable(uids.put(ObjectName.of(cluster), uid(cluster)))
        .filter(before -> !before.equals(uid(cluster)));
  }

  void remove(NatsCluster cluster) {
    uids.remove(ObjectName.of(cluster), uid(cluster));
  }

  void clear() {
    uids.clear();
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }
}
