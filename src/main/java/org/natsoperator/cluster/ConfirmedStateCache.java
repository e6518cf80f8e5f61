package org.natsoperator.cluster;

import java.lang.ref.SoftReference;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ClusterDecision;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.cluster.plan.RenderedConfig;
import org.natsoperator.cluster.plan.ServerUsers;
import org.natsoperator.leader.Leadership;
import org.natsoperator.role.Binding.Bound;
import org.springframework.stereotype.Component;

/**
 * The last known state of each cluster's servers. It may be lost at any time, since every server
 * can report again.
 */
@Component
class ConfirmedStateCache {

  private final Map<String, Map<String, Push>> pushes = new ConcurrentHashMap<>();
  private final Map<String, Map<String, ServerUsers>> users = new ConcurrentHashMap<>();
  private final Map<String, SoftReference<RenderedConfig>> rendered = new ConcurrentHashMap<>();

  /** Another leader may change the servers after a term of this replica. */
  ConfirmedStateCache(Leadership leadership) {
    leadership.whenEnded(pushes::clear);
    leadership.whenEnded(users::clear);
    leadership.whenEnded(rendered::clear);
  }

  /** Decides, given the pushes and the configuration of the last decision. */
  ClusterDecision decide(ObservedCluster observed, Instant now) {
    String uid = observed.cluster().getMetadata().getUid();
    ClusterDecision decision = ClusterDecision.of(observed, pushes(uid), rendered(uid), now);
    remember(uid, decision.desired().rendered());
    return decision;
  }

  /** The last pushes of a cluster, by pod UID. */
  Map<String, Push> pushes(String clusterUid) {
    return pushes.getOrDefault(clusterUid, Map.of());
  }

  void remember(String clusterUid, Map<String, Push> latest) {
    pushes.put(clusterUid, latest);
  }

  /** The configuration that was rendered last; empty if the garbage collector has cleared it. */
  Optional<RenderedConfig> rendered(String clusterUid) {
    return Optional.ofNullable(rendered.get(clusterUid)).map(SoftReference::get);
  }

  void remember(String clusterUid, RenderedConfig latest) {
    if (rendered(clusterUid).filter(known -> known == latest).isEmpty()) {
      rendered.put(clusterUid, new SoftReference<>(latest));
    }
  }

  /** The users that each server confirmed last, by pod UID; without servers that confirmed none. */
  Map<String, ServerUsers> confirmed(String clusterUid) {
    return users.getOrDefault(clusterUid, Map.of());
  }

  /**
   * Whether each of these servers that is ready answers now, or has confirmed users before. A new
   * leader must not report roles as withdrawn because the first answer of a server is late.
   */
  boolean haveAnswered(String clusterUid, List<ObservedServer> servers) {
    Map<String, ServerUsers> confirmed = confirmed(clusterUid);
    return servers.stream()
        .filter(ObservedServer::ready)
        .allMatch(server -> server.varz().isPresent() || confirmed.containsKey(server.uid()));
  }

  /** The logins that each of these servers confirmed last, in their order. */
  List<Set<Bound>> logins(String clusterUid, List<ObservedServer> servers) {
    Map<String, ServerUsers> confirmed = confirmed(clusterUid);
    return servers.stream()
        .map(server -> confirmed.get(server.uid()))
        .map(users -> users == null ? Set.<Bound>of() : users.logins())
        .toList();
  }

  /**
   * Stores the newest users for servers with a confirmed push, and removes servers that are gone.
   */
  void confirm(
      String clusterUid, Set<String> servers, Map<String, Push> latest, ServerUsers newest) {
    Map<String, ServerUsers> now = new HashMap<>(confirmed(clusterUid));
    latest.forEach(
        (uid, push) -> {
          if (push.confirmed()) {
            now.put(uid, newest);
          }
        });
    now.keySet().retainAll(servers);
    users.put(clusterUid, now);
  }

  void forget(String clusterUid) {
    pushes.remove(clusterUid);
    users.remove(clusterUid);
    rendered.remove(clusterUid);
  }
}
