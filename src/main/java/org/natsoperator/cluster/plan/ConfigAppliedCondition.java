package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.kubernetes.Conditions;

/** The condition ConfigApplied: whether every server confirmed its newest configuration. */
final class ConfigAppliedCondition {

  static final String TYPE = "ConfigApplied";

  private ConfigAppliedCondition() {}

  /**
   * @param pushes by pod UID
   */
  static Condition of(ObservedCluster observed, Map<String, Push> pushes, Instant now) {
    List<String> waiting = new ArrayList<>();
    List<String> refusing = new ArrayList<>();
    for (ObservedServer server : observed.staying()) {
      Push push = pushes.get(server.uid());
      if (push != null && push.refusedBy(server, now)) {
        refusing.add(server.name());
      } else if (push == null || !push.confirmed()) {
        waiting.add(server.name());
      }
    }
    if (!refusing.isEmpty()) {
      return Conditions.unmet(
          TYPE,
          ClusterReasons.SERVER_REFUSES,
          String.join(", ", refusing)
              + ": the server responds but does not load its new configuration and keeps the"
              + " previous permissions; see its log");
    }
    if (!waiting.isEmpty() || observed.staying().isEmpty()) {
      String servers = waiting.isEmpty() ? "the first server" : String.join(", ", waiting);
      return Conditions.unmet(
          TYPE,
          ClusterReasons.WAITING,
          "waiting for %s to confirm the configuration".formatted(servers));
    }
    return Conditions.met(
        TYPE, ClusterReasons.CONFIRMED, "every server confirmed its configuration");
  }
}
