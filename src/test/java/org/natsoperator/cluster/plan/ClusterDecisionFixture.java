package org.natsoperator.cluster.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.VarzFixture;

/** Clusters to decide about, and parts of the decisions. */
final class ClusterDecisionFixture {

  static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  static final NatsCluster VALID = Clusters.walkthrough("2.15.3");

  /** Part of the spec of a cluster whose clients must log in. */
  static final String CLOSED = "auth: {enableServiceAccounts: true}";

  private static final NetworkPolicySettings NO_NETWORK_POLICY =
      new NetworkPolicySettings(false, List.of());

  private ClusterDecisionFixture() {}

  static List<HasMetadata> all(ClusterDecision decision) {
    List<HasMetadata> all = new ArrayList<>(decision.files());
    all.addAll(decision.objects(NO_NETWORK_POLICY, ServerImages.OF_RUNTIME));
    return all;
  }

  static ClusterDecision decide(ObservedCluster observed) {
    return ClusterDecision.of(observed, Map.of(), Optional.empty(), NOW);
  }

  /** The Secret of the valid cluster when it had only one role, nats-user. */
  static Secret running() {
    ClusterDecision before = decide(observed(VALID, Roles.bound(Roles.user(), VALID)));
    return (Secret) before.files().getFirst();
  }

  /** A cluster with one running server and one newer role. */
  static ObservedCluster running(NatsCluster cluster, Secret secret, String role) {
    ObservedServer server =
        ObservedServerFixture.running("example-nats-1")
            .configSecret(secret.getMetadata().getName())
            .varz(VarzFixture.of("2.15.3").digest("older"))
            .build();
    ObservedRole bound = Roles.bound(Roles.role(role, List.of(">"), List.of(">")), cluster);
    return ObservedClusterFixture.of(cluster).roles(bound).objects(secret).servers(server).build();
  }

  static ObservedCluster observed(NatsCluster cluster, ObservedRole... roles) {
    return ObservedClusterFixture.of(cluster).roles(roles).build();
  }

  static ObjectNode file(ClusterDecision decision) {
    return ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
  }

  static List<String> users(ObjectNode config) {
    return config.at("/authorization/users").findValuesAsText("username");
  }
}
