package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.RolloutFixture.NOW;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCallout;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;

/**
 * Servers that do not ask the operator yet are replaced only while it answers logins. {@link
 * RolloutFixture} explains the servers; those with {@code -} have a list of users.
 */
class TokenSwitchTest {

  private static final ObservedCallout ANSWERED = new ObservedCallout(1, Optional.of(List.of()));
  private static final ObservedCallout UNANSWERED = ObservedCallout.NONE;
  private static final String NEW = "2.15.3";
  private static final String WITHOUT_SYSTEM_ACCOUNT = "2.8.4";
  private static final ClusterKeys KEYS =
      Clusters.KEYS.withCallout(Optional.of(new CalloutKeys("AISSUER", "XKEY")));
  private static final NatsCluster PROJECTED = cluster(NEW, "Projected");
  private static final Secret USERS = newest(cluster(NEW, "BoundSecret"), KEYS);
  private static final Secret CALLOUT = newest(PROJECTED, KEYS);

  @Test
  void changeToProjectedTokensWaitsForReplicaThatAnswersLogins() {
    assertThat(rollout("1- 2- 3-", ANSWERED).restart()).map(ObservedServer::ordinal).contains(3);
    assertWaits(rollout("1- 2- 3-", UNANSWERED));
  }

  /** The last replica can end at any time. */
  @Test
  void changeThatHasBegunWaitsAgain() {
    assertThat(rollout("1- 2- 3+", ANSWERED).restart()).map(ObservedServer::ordinal).contains(2);
    assertWaits(rollout("1- 2- 3+", UNANSWERED));
  }

  @Test
  void statusShowsWhatChangeWaitsFor() {
    ObservedCluster observed = observed(PROJECTED, USERS, UNANSWERED, "1- 2- 3-");

    assertThat(ServersCondition.unmet("Ready", observed, rollout(observed)))
        .get()
        .satisfies(
            ready ->
                assertThat(ready.getMessage())
                    .isEqualTo(
                        "3 of 3 servers of version 2.15.3 are ready; waiting for a replica of the"
                            + " operator that answers logins; see the condition CalloutReady"));
  }

  /** Their logins wait already. */
  @Test
  void serversThatAskTheOperatorRestartWithoutReplica() {
    ObservedCluster observed = observed(PROJECTED, CALLOUT, UNANSWERED, "1- 2- 3-");

    assertThat(rollout(observed).restart()).map(ObservedServer::ordinal).contains(3);
  }

  @Test
  void changeToTokensOfSecretsNeedsNoReplica() {
    NatsCluster cluster = cluster(NEW, "BoundSecret");
    ObservedCluster observed = observed(cluster, CALLOUT, UNANSWERED, "1- 2- 3-");

    assertThat(rollout(observed).restart()).map(ObservedServer::ordinal).contains(3);
  }

  /** It may be broken for a reason that its newest template corrects. */
  @Test
  void serverThatIsNotReadyIsReplacedWithoutReplica() {
    assertThat(rollout("1- 2x- 3-", UNANSWERED).restart()).map(ObservedServer::ordinal).contains(2);
  }

  /** The operator can connect only to a server with its user. */
  @Test
  void firstServerWithSystemAccountIsStartedWithoutReplica() {
    Secret users = newest(cluster(WITHOUT_SYSTEM_ACCOUNT, "BoundSecret"), KEYS);

    ObservedCluster before = observed(PROJECTED, users, UNANSWERED, "1- 2- 3-");
    assertThat(rollout(before).restart()).map(ObservedServer::ordinal).contains(3);
    assertWaits(rollout(observed(PROJECTED, users, UNANSWERED, "1- 2- 3+")));
    ObservedCluster answered = observed(PROJECTED, users, ANSWERED, "1- 2- 3+");
    assertThat(rollout(answered).restart()).map(ObservedServer::ordinal).contains(2);
  }

  /** The Secret with the operator's key may have been deleted. */
  @Test
  void firstServerWithNewKeyOfOperatorIsStartedWithoutReplica() {
    Secret otherKey =
        newest(cluster(NEW, "BoundSecret"), new ClusterKeys("UOTHER", KEYS.routePassword()));

    ObservedCluster before = observed(PROJECTED, otherKey, UNANSWERED, "1- 2- 3-");
    assertThat(rollout(before).restart()).map(ObservedServer::ordinal).contains(3);
    assertWaits(rollout(observed(PROJECTED, otherKey, UNANSWERED, "1- 2- 3+")));
  }

  @Test
  void newClusterStartsWithoutReplica() {
    ObservedCluster observed = ObservedClusterFixture.of(PROJECTED).keys(KEYS).build(UNANSWERED);

    assertThat(Rollout.of(observed, Map.of(), NOW).replicas()).isEqualTo(3);
  }

  private static void assertWaits(Rollout rollout) {
    assertThat(rollout.restart()).isEmpty();
    assertThat(rollout.waitingFor()).get().asString().startsWith("a replica of the operator");
  }

  private static Rollout rollout(String servers, ObservedCallout callout) {
    return rollout(observed(PROJECTED, USERS, callout, servers));
  }

  private static Rollout rollout(ObservedCluster observed) {
    return Rollout.of(observed, RolloutFixture.confirmed(observed.servers()), NOW);
  }

  /**
   * @param older what servers of the older template mount
   */
  private static ObservedCluster observed(
      NatsCluster cluster, Secret older, ObservedCallout callout, String servers) {
    List<ObservedServer> observed = new ArrayList<>();
    for (String server : servers.split(" ")) {
      Secret secret = server.contains("+") ? CALLOUT : older;
      observed.add(
          RolloutFixture.server(server, NEW).configSecret(secret.getMetadata().getName()).build());
    }
    return ObservedClusterFixture.of(cluster)
        .keys(KEYS)
        .objects(RolloutFixture.set(3, 2L), CALLOUT, older)
        .servers(observed)
        .build(callout);
  }

  private static Secret newest(NatsCluster cluster, ClusterKeys keys) {
    ObservedCluster observed = ObservedClusterFixture.of(cluster).keys(keys).build();
    return (Secret) ClusterDecisionFixture.decide(observed).files().getFirst();
  }

  private static NatsCluster cluster(String version, String tokens) {
    return Clusters.cluster(
        """
        {size: 3, version: "%s", pod: {enableConfigReload: true},
         auth: {enableServiceAccounts: true, serviceAccountTokens: %s}}\
        """
            .formatted(version, tokens)
            .replace("\n", ""));
  }
}
