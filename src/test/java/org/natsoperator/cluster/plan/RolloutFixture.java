package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ServerStatefulSet;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.VarzFixture;

/**
 * Builds rollouts. A server is written as its number and its state. {@code +} means the newest
 * template, {@code -} an older one, {@code x} not ready, {@code ?} not confirmed yet, {@code !}
 * rejects its configuration, {@code _} has not answered since an old push, {@code ~} is draining.
 */
final class RolloutFixture {

  static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final int MANY = 9;
  private static final ServerConfigFile FILE = new ServerConfigFile("{}");

  private RolloutFixture() {}

  /** The rollout of a cluster of 2.15.3 with these servers, separated by spaces. */
  static Rollout rollout(int size, StatefulSet set, String servers) {
    NatsCluster cluster = Clusters.cluster("{size: %d, version: 2.15.3}".formatted(size));
    Map<String, Push> pushes = new HashMap<>();
    List<ObservedServer> observed = new ArrayList<>();
    for (String server : servers.isBlank() ? new String[0] : servers.strip().split(" ")) {
      ObservedServerFixture unanswered = server(server, "2.15.3");
      VarzFixture varz = VarzFixture.of("2.15.3").remotes(MANY);
      ObservedServer one = (server.contains("!") ? unanswered.varz(varz) : unanswered).build();
      observed.add(one);
      pushes.put(one.uid(), push(server, one));
    }
    return rollout(cluster, set, observed, pushes);
  }

  /** The rollout of a cluster with these servers and what was sent to them, by UID. */
  static Rollout rollout(
      NatsCluster cluster,
      StatefulSet set,
      List<ObservedServer> servers,
      Map<String, Push> pushes) {
    ObservedCluster observed =
        ObservedClusterFixture.of(cluster).objects(List.of(set)).servers(servers).build();
    return Rollout.of(observed, pushes, NOW);
  }

  /** The same, and each server has confirmed its configuration. */
  static Rollout rollout(NatsCluster cluster, StatefulSet set, List<ObservedServer> servers) {
    return rollout(cluster, set, servers, confirmed(servers));
  }

  static Map<String, Push> confirmed(List<ObservedServer> servers) {
    return servers.stream()
        .collect(Collectors.toMap(ObservedServer::uid, server -> push("", server)));
  }

  static Push push(String server, ObservedServer one) {
    boolean longAgo = server.contains("!") || server.contains("_");
    Push push = Push.start(one, FILE, false, longAgo ? NOW.minusSeconds(60) : NOW);
    return server.contains("?") || longAgo ? push : push.confirm();
  }

  static ObservedServerFixture server(String server, String version) {
    String name = "example-nats-" + server.charAt(0);
    Pod pod =
        server.contains("x")
            ? ServerPods.created(name, version, "any")
            : ServerPods.running(name, version, "any");
    return ObservedServerFixture.of(
        new PodBuilder(pod)
            .editMetadata()
            .addToLabels("controller-revision-hash", server.contains("+") ? "newest" : "older")
            .withDeletionTimestamp(server.contains("~") ? NOW.toString() : null)
            .endMetadata()
            .build());
  }

  /** A StatefulSet of generation 2 whose controller has observed generation {@code seen}. */
  static StatefulSet set(int replicas, long seen) {
    return new StatefulSetBuilder(
            ServerStatefulSet.of(
                Clusters.walkthrough("2.15.3"),
                ServerVersion.parse("2.15.3").orElseThrow(),
                "rev",
                replicas,
                ServerImages.OF_RUNTIME))
        .editMetadata()
        .withGeneration(2L)
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(seen)
        .withUpdateRevision("newest")
        .endStatus()
        .build();
  }
}
