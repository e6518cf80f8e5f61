package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ChildNames;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.cluster.resources.ServerStatefulSet;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;

/** Servers before 2.11 whose pods have no sidecar: they load a file only at their start. */
class ServersWithoutReloadTest {

  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final Instant LATER = NOW.plus(Duration.ofHours(1));
  private static final String OLD = "2.6.1";
  private static final String REQUIRED_LOGIN = "auth: {enableServiceAccounts: true}";
  private static final NatsCluster CLUSTER = cluster(2, OLD);
  private static final ObservedRole ROLE = Roles.bound(Roles.user(), CLUSTER);
  private static final ObservedRole OTHER = Roles.bound(Roles.admin(), CLUSTER);

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"1.2.0", "1.3.0", "1.4.1", "2.6.1", "2.10.27"})
  void runningServerHasLoadedItsFile(String version) {
    NatsCluster cluster = cluster(2, version);
    Secret secret = newest(cluster, ROLE);
    ClusterDecision decision =
        decide(observed(cluster, List.of(secret), server(secret, version), ROLE));

    assertThat(decision.plan().pushes().values()).hasSize(1).allMatch(Push::confirmed);
    assertThat(decision.plan().steps().values()).noneMatch(PushStep::triggerKubeletSync);
    assertThat(decision.files()).containsExactly(secret);
  }

  @Test
  void serverThatOperatorReloadsMustReportDigest() {
    NatsCluster cluster = cluster(2, "2.15.3");
    Secret secret = newest(cluster, ROLE);
    ClusterDecision decision =
        decide(observed(cluster, List.of(secret), server(secret, "2.15.3"), ROLE));

    assertThat(decision.plan().pushes().values()).hasSize(1).noneMatch(Push::confirmed);
  }

  @Test
  void serverThatDoesNotRunYetHasLoadedNothing() {
    Secret secret = newest(CLUSTER, ROLE);
    ObservedServer starting =
        ObservedServerFixture.created("example-nats-1")
            .version(OLD)
            .withoutReloader()
            .configSecret(secret.getMetadata().getName())
            .build();

    assertThat(decide(observed(CLUSTER, List.of(secret), starting, ROLE)).plan().pushes())
        .isEmpty();
  }

  @Test
  void serverWaitsForItsRestartAfterChangeOfRoleAndIsNeverReportedAsRefusing() {
    Secret secret = newest(CLUSTER, ROLE);
    ObservedCluster observed = observed(CLUSTER, List.of(secret), server(secret), OTHER);
    ClusterDecision decision = decide(observed, LATER);

    assertThat(decision.desired().configSecret()).isNotEqualTo(secret.getMetadata().getName());
    assertThat(decision.plan().pushes()).isEmpty();
    assertThat(decision.plan().confirmed()).as("nothing to push").isTrue();
    assertThat(decision.status(observed, List.of(), LATER.plus(Duration.ofHours(1))).conditions())
        .filteredOn(condition -> condition.getType().equals("ConfigApplied"))
        .singleElement()
        .satisfies(
            applied -> {
              assertThat(Conditions.isMet(applied)).isFalse();
              assertThat(applied.getReason()).isEqualTo("Waiting");
            });
  }

  /** Otherwise a crash before the restart would change what the name of the Secret proves. */
  @Test
  void fileOfServerThatWaitsForItsRestartStaysTheSame() {
    Secret secret = newest(CLUSTER, ROLE);
    ClusterDecision decision = decide(observed(CLUSTER, List.of(secret), server(secret), OTHER));

    assertThat(decision.files()).contains(secret).hasSize(2);
  }

  /** Kubernetes can restart a server of a paused cluster, which then has the newest users. */
  @Test
  void pausedServerGetsNewUsersForItsNextStartAndHasNotLoadedThem() {
    Secret secret = newest(CLUSTER, ROLE);
    NatsCluster paused =
        Clusters.cluster("{paused: true, version: %s, %s}".formatted(OLD, REQUIRED_LOGIN));
    ClusterDecision decision = decide(observed(paused, List.of(secret), server(secret), OTHER));

    assertThat(decision.files()).hasSize(1);
    assertThat(users(decision.files().getFirst())).contains("nats-admin-user");
    assertThat(decision.plan().pushes()).isEmpty();
  }

  @ParameterizedTest(name = "paused: {0}")
  @ValueSource(booleans = {true, false})
  void serverOfOlderVersionHasLoadedUnchangedUsers(boolean paused) {
    Secret secret = newest(CLUSTER, ROLE);
    NatsCluster upgraded =
        Clusters.cluster(
            "{size: 2, paused: %s, version: 2.10.27, %s}".formatted(paused, REQUIRED_LOGIN));
    ClusterDecision decision = decide(observed(upgraded, List.of(secret), server(secret), ROLE));

    assertThat(decision.desired().configSecret()).isNotEqualTo(secret.getMetadata().getName());
    assertThat(decision.plan().pushes().values()).hasSize(1).allMatch(Push::confirmed);
    assertThat(decision.files()).contains(secret);
  }

  @Test
  void newSizeChangesOnlyRoutesForLaterStarts() {
    Secret secret = newest(CLUSTER, ROLE);
    ClusterDecision decision =
        decide(observed(cluster(4, OLD), List.of(secret), server(secret), ROLE));
    Secret after = (Secret) decision.files().getFirst();

    assertThat(decision.files()).hasSize(1);
    assertThat(after.getMetadata().getName()).isEqualTo(secret.getMetadata().getName());
    assertThat(config(after).at("/cluster/routes")).hasSize(4);
    assertThat(decision.plan().steps().values())
        .hasSize(1)
        .allMatch(step -> step.push().confirmed())
        .noneMatch(PushStep::triggerKubeletSync);
  }

  /** An earlier operator made the routes part of the revision. */
  @Test
  void upgradeOfOperatorRestartsNoServer() {
    Secret newest = newest(CLUSTER, ROLE);
    ServerVersion version = ServerVersion.parse(OLD).orElseThrow();
    String revision = ServerConfigFile.revision(config(newest), version, Set.of());
    Secret secret =
        ConfigSecret.of(
            CLUSTER,
            ChildNames.of(CLUSTER).configSecret(revision),
            ConfigSecret.fileIn(newest).orElseThrow(),
            0);
    StatefulSet set =
        new StatefulSetBuilder(
                ServerStatefulSet.of(CLUSTER, version, revision, 2, ServerImages.OF_RUNTIME))
            .editMetadata()
            .withGeneration(1L)
            .endMetadata()
            .withNewStatus()
            .withObservedGeneration(1L)
            .endStatus()
            .build();
    ObservedCluster observed = observed(CLUSTER, List.of(secret, set), server(secret), ROLE);

    assertThat(secret.getMetadata().getName()).isNotEqualTo(newest.getMetadata().getName());
    assertThat(decide(observed).desired().configSecret()).isEqualTo(secret.getMetadata().getName());
    assertThat(decide(observed).files()).containsExactly(secret);
    assertThat(decide(observed).plan().pushes().values()).hasSize(1).allMatch(Push::confirmed);
  }

  private static NatsCluster cluster(int size, String version) {
    return Clusters.cluster("{size: %d, version: %s, %s}".formatted(size, version, REQUIRED_LOGIN));
  }

  private static Secret newest(NatsCluster cluster, ObservedRole role) {
    return (Secret)
        decide(ObservedClusterFixture.of(cluster).roles(role).build()).files().getFirst();
  }

  /** A running server that mounts this Secret. It does not answer requests. */
  private static ObservedServer server(Secret secret, String version) {
    return ObservedServerFixture.running("example-nats-1")
        .version(version)
        .withoutReloader()
        .configSecret(secret.getMetadata().getName())
        .build();
  }

  private static ObservedServer server(Secret secret) {
    return server(secret, OLD);
  }

  private static ObservedCluster observed(
      NatsCluster cluster, List<HasMetadata> objects, ObservedServer server, ObservedRole role) {
    return ObservedClusterFixture.of(cluster).roles(role).objects(objects).servers(server).build();
  }

  private static ClusterDecision decide(ObservedCluster observed) {
    return decide(observed, NOW);
  }

  private static ClusterDecision decide(ObservedCluster observed, Instant now) {
    return ClusterDecision.of(observed, Map.of(), Optional.empty(), now);
  }

  private static List<String> users(HasMetadata secret) {
    return config((Secret) secret).at("/authorization/users").findValuesAsText("username");
  }

  private static ObjectNode config(Secret secret) {
    return ConfigSecret.fileIn(secret).orElseThrow().parse();
  }
}
