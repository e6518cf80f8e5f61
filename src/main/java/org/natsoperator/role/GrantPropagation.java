package org.natsoperator.role;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.role.Binding.Unbound;
import org.springframework.stereotype.Component;

/**
 * Which grants the servers of each cluster have confirmed. Clusters report here, roles read; it is
 * kept in memory only, since every server can be asked again.
 */
@Component
public class GrantPropagation {

  /** What one cluster reported: the grants of each server, and the roles it had to leave out. */
  public record Report(
      int serversWanted, Collection<Set<Grant>> perServer, Map<Identity, Unbound> leftOut) {

    static final Report NONE = new Report(0, List.of(), Map.of());

    private int count(Grant grant) {
      return (int) perServer.stream().filter(grants -> grants.contains(grant)).count();
    }

    private Set<Grant> grants() {
      Set<Grant> all = new HashSet<>();
      perServer.forEach(all::addAll);
      return all;
    }
  }

  /** On how many servers of how many a grant is in force. */
  public record Propagation(int servers, int of) {

    boolean everywhere() {
      return of > 0 && servers == of;
    }

    @Override
    public String toString() {
      return servers + "/" + of;
    }
  }

  private final Map<String, Report> byCluster = new ConcurrentHashMap<>();
  private volatile Consumer<Identity> listener = identity -> {};

  /** Whom to tell when an identity's standing changes. */
  void onChange(Consumer<Identity> newListener) {
    listener = newListener;
  }

  /** Takes what a cluster found, and tells the roles for which it differs from before. */
  public void report(String clusterUid, Report report) {
    Report before = Optional.ofNullable(byCluster.put(clusterUid, report)).orElse(Report.NONE);
    changed(before, report).forEach(listener);
  }

  /** Forgets a cluster that was deleted. */
  public void forget(String clusterUid) {
    byCluster.remove(clusterUid);
  }

  Propagation propagation(String clusterUid, Grant grant) {
    Report report = byCluster.getOrDefault(clusterUid, Report.NONE);
    return new Propagation(report.count(grant), report.serversWanted());
  }

  /** Why a cluster left out a role that could be bound by itself. */
  Optional<Unbound> leftOut(String clusterUid, Identity identity) {
    return Optional.ofNullable(
        byCluster.getOrDefault(clusterUid, Report.NONE).leftOut().get(identity));
  }

  private static Set<Identity> changed(Report before, Report after) {
    Set<Identity> identities = new HashSet<>();
    Set<Grant> grants = before.grants();
    grants.addAll(after.grants());
    for (Grant grant : grants) {
      if (before.serversWanted() != after.serversWanted()
          || before.count(grant) != after.count(grant)) {
        identities.add(grant.identity());
      }
    }
    Map<Identity, Unbound> leftOut = new HashMap<>(before.leftOut());
    leftOut.putAll(after.leftOut());
    for (Identity identity : leftOut.keySet()) {
      if (!Objects.equals(before.leftOut().get(identity), after.leftOut().get(identity))) {
        identities.add(identity);
      }
    }
    return identities;
  }
}
