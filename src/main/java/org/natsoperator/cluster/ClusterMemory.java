package org.natsoperator.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.role.Grant;
import org.springframework.stereotype.Component;

/**
 * Where the servers of each cluster stood last. It may be lost at any time: every server can be
 * asked again.
 */
@Component
class ClusterMemory {

  private final Map<String, Map<String, Push>> pushes = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Set<Grant>>> grants = new ConcurrentHashMap<>();

  /** The last pushes of a cluster, by pod UID. */
  Map<String, Push> pushes(String clusterUid) {
    return pushes.getOrDefault(clusterUid, Map.of());
  }

  void remember(String clusterUid, Map<String, Push> latest) {
    pushes.put(clusterUid, latest);
  }

  /**
   * The grants that each server confirmed last, by pod UID, after those who stand confirmed took
   * the newest.
   */
  Map<String, Set<Grant>> confirmed(
      String clusterUid, Map<String, Push> latest, Set<Grant> newest) {
    Map<String, Set<Grant>> before = grants.getOrDefault(clusterUid, Map.of());
    Map<String, Set<Grant>> now = new HashMap<>();
    latest.forEach(
        (uid, push) ->
            now.put(uid, push.confirmed() ? newest : before.getOrDefault(uid, Set.of())));
    grants.put(clusterUid, now);
    return now;
  }

  void forget(String clusterUid) {
    pushes.remove(clusterUid);
    grants.remove(clusterUid);
  }
}
