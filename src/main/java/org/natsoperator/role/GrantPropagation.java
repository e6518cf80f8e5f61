package org.natsoperator.role;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.Identity;
import org.natsoperator.leader.Leadership;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.springframework.stereotype.Component;

/**
 * The logins that the servers of each cluster have confirmed. The cluster controller reports them,
 * the role controller reads them. They are only in memory, since each server can report again.
 */
@Component
public class GrantPropagation {

  /**
   * One cluster's report.
   *
   * @param complete false while a server has not answered since this replica leads
   * @param perServer the logins of each server; one with an earlier token is another login
   * @param leftOut the roles without a user
   * @param limited the roles whose user lacks new permissions
   */
  public record Report(
      int serversWanted,
      boolean complete,
      Collection<Set<Bound>> perServer,
      Map<Identity, Unbound> leftOut,
      Map<Identity, String> limited) {

    static final Report NONE = new Report(0, false, List.of(), Map.of(), Map.of());

    private int count(Bound login) {
      return (int) perServer.stream().filter(logins -> logins.contains(login)).count();
    }

    /** The number of servers of each login; up to a hundred servers have thousands. */
    private Map<Bound, Integer> counts() {
      Map<Bound, Integer> counts = new HashMap<>();
      perServer.forEach(logins -> logins.forEach(login -> counts.merge(login, 1, Integer::sum)));
      return counts;
    }
  }

  /**
   * The number of servers on which a login is in force.
   *
   * @param isReported whether each server has answered since this replica leads
   * @param limit the reason why its grant is in force only in part
   */
  public record Propagation(int servers, int of, boolean isReported, Optional<String> limit) {

    Propagation(int servers, int of) {
      this(servers, of, true, Optional.empty());
    }

    boolean everywhere() {
      return of > 0 && servers == of && limit.isEmpty();
    }

    @Override
    public String toString() {
      return servers + "/" + of;
    }
  }

  private final Map<String, Report> byCluster = new ConcurrentHashMap<>();
  private volatile Consumer<Identity> listener = identity -> {};

  /** Another leader may change the servers after a term of this replica. */
  public GrantPropagation(Leadership leadership) {
    leadership.whenEnded(byCluster::clear);
  }

  /** Sets the listener for identities whose state changes. */
  void onChange(Consumer<Identity> newListener) {
    listener = newListener;
  }

  /** Stores the report of a cluster and notifies the listener of each identity that changed. */
  public void report(String clusterUid, Report report) {
    Report before = Optional.ofNullable(byCluster.put(clusterUid, report)).orElse(Report.NONE);
    changed(before, report).forEach(listener);
  }

  /** Forgets a cluster that was deleted. */
  public void forget(String clusterUid) {
    byCluster.remove(clusterUid);
  }

  Propagation propagation(String clusterUid, Bound login) {
    Report report = byCluster.getOrDefault(clusterUid, Report.NONE);
    return new Propagation(
        report.count(login),
        report.serversWanted(),
        report.complete(),
        Optional.ofNullable(report.limited().get(login.grant().identity())));
  }

  /** The reason why a cluster left out a role that could otherwise be bound. */
  Optional<Unbound> leftOut(String clusterUid, Identity identity) {
    return Optional.ofNullable(
        byCluster.getOrDefault(clusterUid, Report.NONE).leftOut().get(identity));
  }

  private static Set<Identity> changed(Report before, Report after) {
    Map<Bound, Integer> old = before.counts();
    Map<Bound, Integer> counts = after.counts();
    boolean allChanged = before.serversWanted() != after.serversWanted();
    Stream<Bound> logins =
        Stream.of(old, counts)
            .flatMap(each -> each.keySet().stream())
            .filter(login -> allChanged || !Objects.equals(old.get(login), counts.get(login)));
    Stream<Identity> others =
        Stream.concat(
            changed(before.leftOut(), after.leftOut()), changed(before.limited(), after.limited()));
    return Stream.concat(logins.map(login -> login.grant().identity()), others)
        .collect(Collectors.toSet());
  }

  private static Stream<Identity> changed(Map<Identity, ?> before, Map<Identity, ?> after) {
    return Stream.of(before, after)
        .flatMap(roles -> roles.keySet().stream())
        .filter(role -> !Objects.equals(before.get(role), after.get(role)));
  }
}
