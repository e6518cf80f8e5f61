package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.VarzFixture;

/** An observed cluster of two servers and its status. */
final class ClusterStatuses {

  static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
  static final NatsCluster CLUSTER = Clusters.cluster("{size: 2, version: 2.15.3}");
  static final ObservedServer ONE = server(1, "2.15.3");
  static final ObservedServer TWO = server(2, "2.15.3");
  static final Rollout STEADY =
      new Rollout(2, Rollout.Stage.STEADY, Optional.empty(), Optional.empty());

  private ClusterStatuses() {}

  static NatsClusterStatus status(ObservedCluster observed, Map<String, Push> pushes) {
    return status(observed, pushes, START);
  }

  static NatsClusterStatus status(ObservedCluster observed, Map<String, Push> pushes, Instant now) {
    return ClusterConditions.status(
        observed, List.of(), users(Map.of()), pushes, rollout(observed, pushes), now);
  }

  static Rollout rollout(ObservedCluster observed, Map<String, Push> pushes) {
    return observed.staying().size() == observed.cluster().getSpec().size()
        ? STEADY
        : Rollout.of(observed, pushes, START);
  }

  static ServerUsers users(Map<Identity, Unbound> unbound) {
    return new ServerUsers(List.of(), Set.of(), unbound, Map.of());
  }

  static ObservedCluster observed(ObservedServer... servers) {
    return observed(CLUSTER, List.of(), servers);
  }

  static ObservedCluster observed(
      NatsCluster cluster, List<ObservedRole> roles, ObservedServer... servers) {
    return ObservedClusterFixture.of(cluster).roles(roles).servers(servers).build();
  }

  static ObservedRole bound(NatsServiceRole role) {
    return Roles.observed(role, CLUSTER, "any");
  }

  static Map<String, Push> confirmed(ObservedServer... servers) {
    Map<String, Push> pushes = new LinkedHashMap<>();
    for (ObservedServer server : servers) {
      pushes.put(server.uid(), Push.start(server, file(), false, START).confirm());
    }
    return pushes;
  }

  /** The first server has confirmed its push; the second has this push. */
  static Map<String, Push> pushes(Push second) {
    Map<String, Push> pushes = confirmed(ONE);
    pushes.put(TWO.uid(), second);
    return pushes;
  }

  static ServerConfigFile file() {
    return new ServerConfigFile("{}");
  }

  static ObservedServer server(int ordinal, String version) {
    return ObservedServerFixture.running("example-nats-" + ordinal)
        .version(version)
        .varz(VarzFixture.of(version).digest("any"))
        .build();
  }

  static List<String> conditions(NatsClusterStatus status) {
    return status.conditions().stream()
        .map(
            condition ->
                condition.getType() + "=" + condition.getStatus() + " " + condition.getReason())
        .toList();
  }

  static String message(NatsClusterStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .map(Condition::getMessage)
        .findFirst()
        .orElseThrow();
  }
}
