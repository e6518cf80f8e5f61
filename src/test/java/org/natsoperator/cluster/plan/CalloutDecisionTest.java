package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.NOW;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.all;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.decide;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.running;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCallout;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;

/** Decisions for clusters whose servers ask the operator, and for changes from and to them. */
class CalloutDecisionTest {

  private static final String PROJECTED =
      "{version: 2.15.3, pod: {enableConfigReload: true}, auth: {enableServiceAccounts: true,"
          + " serviceAccountTokens: Projected}}";
  private static final CalloutKeys CALLOUT_KEYS = new CalloutKeys("AISSUER", "XKEY");
  private static final ObservedCallout ANSWERED = new ObservedCallout(2, Optional.of(List.of()));

  @Test
  void recordsKeysOfCallout() {
    ClusterDecision decision = decide(projected(CALLOUT_KEYS, Optional.empty()));

    assertThat(decision.errors()).isEmpty();
    assertThat(issuer(decision)).isEqualTo(CALLOUT_KEYS.issuer());
    NatsClusterStatus status =
        decision.status(projected(CALLOUT_KEYS, Optional.empty()), List.of(), NOW);
    assertThat(status.calloutKeys()).isEqualTo(CALLOUT_KEYS);
    assertThat(status.serviceAccountTokens()).isEqualTo("Projected");
  }

  /** A Secret that someone planted must not admit clients. */
  @Test
  void keepsRecordedKeysOfCallout() {
    ObservedCluster observed =
        projected(new CalloutKeys("APLANTED", "XPLANTED"), Optional.of(CALLOUT_KEYS));
    ClusterDecision decision = decide(observed);

    assertThat(decision.errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("status.calloutKeys");
              assertThat(error.message())
                  .contains("Secret nats-cluster-" + Clusters.UID + "-callout");
            });
    assertThat(issuer(decision)).isEqualTo(CALLOUT_KEYS.issuer());
    assertThat(decision.status(observed, decision.errors(), NOW).calloutKeys())
        .isEqualTo(CALLOUT_KEYS);
    assertThat(all(decision)).isEmpty();
  }

  @Test
  void missingKeysOfCalloutAreAnError() {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    cluster.setStatus(status(CALLOUT_KEYS));
    ObservedCluster observed = ObservedClusterFixture.of(cluster).build(ANSWERED);
    ClusterDecision decision = decide(observed);

    assertThat(decision.errors())
        .singleElement()
        .satisfies(error -> assertThat(error.message()).contains("nats.io/renew-keys"));
    assertThat(issuer(decision)).isEqualTo(CALLOUT_KEYS.issuer());
    assertThat(reason(decision, observed)).isEqualTo("KeysInvalid");
  }

  @Test
  void acceptsRequestedKeysOfCallout() {
    CalloutKeys renewed = new CalloutKeys("ARENEWED", "XRENEWED");
    ObservedCluster observed = projected(renewed, Optional.of(CALLOUT_KEYS));
    observed.cluster().getMetadata().setAnnotations(Map.of("nats.io/renew-keys", "1"));
    ClusterDecision decision = decide(observed);

    assertThat(decision.errors()).isEmpty();
    assertThat(issuer(decision)).isEqualTo("ARENEWED");
    NatsClusterStatus status = decision.status(observed, List.of(), NOW);
    assertThat(status.calloutKeys()).isEqualTo(renewed);
    assertThat(status.renewedKeys()).isEqualTo("1");
  }

  @Test
  void reportsReplicasThatAnswerLogins() {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    ObservedClusterFixture fixture =
        ObservedClusterFixture.of(cluster)
            .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT_KEYS)));

    ObservedCluster unanswered = fixture.build(ObservedCallout.NONE);
    assertThat(reason(decide(unanswered), unanswered)).isEqualTo("NoReplica");
    ObservedCluster answered = fixture.build(ANSWERED);
    assertThat(reason(decide(answered), answered)).isEqualTo("LoginsAnswered");
  }

  /** Servers with a list of users would reject these pods. */
  @Test
  void changeBackWaitsForPodsWithProjectedTokens() {
    Optional<List<String>> pods = Optional.of(List.of("nats-io/client"));
    ObservedCluster waiting = switchingBack(Map.of(), pods);
    assertThat(issuer(decide(waiting))).isEqualTo(CALLOUT_KEYS.issuer());
    assertThat(reason(decide(waiting), waiting)).isEqualTo("WaitingForPods");
    assertThat(issuer(decide(switchingBack(Map.of(), Optional.empty()))))
        .as("pods are not known")
        .isEqualTo(CALLOUT_KEYS.issuer());

    assertThat(issuer(decide(switchingBack(Map.of(), Optional.of(List.of()))))).isEmpty();
    assertThat(issuer(decide(switchingBack(Map.of("nats.io/force-token-switch", "true"), pods))))
        .as("forced")
        .isEmpty();
  }

  /** While servers are replaced, those of the older revision still compare passwords. */
  @Test
  void serversThatDoNotAskTheOperatorYetKeepTheirUsers() {
    Secret running = running();
    ClusterDecision decision = decide(switching(running));

    assertThat(decision.status(switching(running), List.of(), NOW).serviceAccountTokens())
        .as("tokens of new client pods")
        .isEqualTo("BoundSecret");
    List<ObjectNode> files =
        decision.files().stream()
            .map(file -> ConfigSecret.fileIn((Secret) file).orElseThrow().parse())
            .toList();
    assertThat(files)
        .extracting(file -> file.path("authorization").has("auth_callout"))
        .containsExactlyInAnyOrder(true, false);
    assertThat(files)
        .extracting(ClusterDecisionFixture::users)
        .containsExactlyInAnyOrder(List.of("_nobody"), List.of("nats-admin-user", "_nobody"));
  }

  /** A change of the mode replaces only the file of each server. */
  @Test
  void podsKeepTheirShape() {
    ObservedCluster bound =
        ObservedClusterFixture.of(Clusters.cluster(PROJECTED.replace("Projected", "BoundSecret")))
            .build();

    assertThat(podWithoutRevision(decide(projected(CALLOUT_KEYS, Optional.empty()))))
        .isEqualTo(podWithoutRevision(decide(bound)));
  }

  private static String podWithoutRevision(ClusterDecision decision) {
    return all(decision).stream()
        .filter(StatefulSet.class::isInstance)
        .map(StatefulSet.class::cast)
        .map(set -> set.getSpec().getTemplate())
        .map(pod -> Serialization.asYaml(List.of(pod.getMetadata().getLabels(), pod.getSpec())))
        .findFirst()
        .orElseThrow()
        .replace(decision.desired().revision(), "REVISION");
  }

  private static ObservedCluster projected(CalloutKeys inSecret, Optional<CalloutKeys> recorded) {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    recorded.ifPresent(keys -> cluster.setStatus(status(keys)));
    return ObservedClusterFixture.of(cluster)
        .keys(Clusters.KEYS.withCallout(Optional.of(inSecret)))
        .build();
  }

  private static NatsClusterStatus status(CalloutKeys keys) {
    return new NatsClusterStatus(
        1L, null, null, null, null, null, null, null, null, null, keys, null, null, List.of());
  }

  private static ObservedCluster switchingBack(
      Map<String, String> annotations, Optional<List<String>> pods) {
    Secret asking =
        decide(projected(CALLOUT_KEYS, Optional.empty())).files().stream()
            .map(Secret.class::cast)
            .findFirst()
            .orElseThrow();
    NatsCluster cluster = Clusters.cluster(PROJECTED.replace("Projected", "BoundSecret"));
    cluster.getMetadata().setAnnotations(annotations);
    cluster.setStatus(status(CALLOUT_KEYS));
    return ObservedClusterFixture.of(cluster)
        .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT_KEYS)))
        .objects(asking)
        .servers(
            ObservedServerFixture.running("example-nats-1")
                .configSecret(asking.getMetadata().getName())
                .build())
        .build(new ObservedCallout(2, pods));
  }

  private static String reason(ClusterDecision decision, ObservedCluster observed) {
    return Conditions.reason(
        decision.status(observed, decision.errors(), NOW).conditions(), "CalloutReady");
  }

  /** The server has no callout yet. */
  private static ObservedCluster switching(Secret running) {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    return ObservedClusterFixture.of(cluster)
        .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT_KEYS)))
        .roles(Roles.bound(Roles.admin(), cluster))
        .objects(running)
        .servers(
            ObservedServerFixture.running("example-nats-1")
                .configSecret(running.getMetadata().getName())
                .build())
        .build();
  }

  private static String issuer(ClusterDecision decision) {
    return decision.desired().config().at("/authorization/auth_callout/issuer").asText();
  }
}
