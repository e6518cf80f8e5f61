package org.natsoperator.admission.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.inject.FakeClusterLookup;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.lookup.ObservedClient;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class MissingTokenTest {

  private static final Instant CREATED = Instant.parse("2026-11-28T00:00:00Z");
  private static final Instant LATER = CREATED.plusSeconds(30);
  private static final String SECRET = "nats-user-example-nats-bound-token";
  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");

  @Test
  void podWithoutTokenSecretWaits() {
    assertThat(secrets(pod(), LATER)).containsExactly(SECRET);
  }

  @Test
  void newPodMayWait() {
    assertThat(secrets(pod(), LATER.minusSeconds(1))).isEmpty();
  }

  @Test
  void podWithTokenDoesNotWait() {
    assertThat(MissingToken.secrets(pod(), SECRET::equals, LATER)).isEmpty();
  }

  @Test
  void podWithoutNodeWaitsForScheduler() {
    assertThat(secrets(changed(pod -> pod.editSpec().withNodeName(null).endSpec()), LATER))
        .isEmpty();
  }

  @Test
  void deletedPodDoesNotWait() {
    assertThat(
            secrets(
                changed(
                    pod ->
                        pod.editMetadata().withDeletionTimestamp(CREATED.toString()).endMetadata()),
                LATER))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Running", "Succeeded", "Failed", "Unknown"})
  void startedPodDoesNotWait(String phase) {
    assertThat(secrets(changed(pod -> pod.editStatus().withPhase(phase).endStatus()), LATER))
        .isEmpty();
  }

  @Test
  void otherSecretsDoNotCount() {
    Pod pod =
        changed(
            spec ->
                spec.editSpec()
                    .addNewVolume()
                    .withName("password")
                    .withNewSecret()
                    .withSecretName("password")
                    .endSecret()
                    .endVolume()
                    .endSpec());

    assertThat(secrets(pod, LATER)).containsExactly(SECRET);
  }

  @Test
  void causeIsTextOfWebhook() {
    assertThat(cause("typo", Optional.empty()))
        .contains(
            "nats_cluster: NatsCluster nats-io/typo does not exist; create it, or set"
                + " nats.io/cluster-namespace; no permissions: NatsServiceRole nats-user for"
                + " NatsCluster typo does not exist; create it");
    assertThat(causeOf("other-user"))
        .contains(
            "no permissions: NatsServiceRole other-user for NatsCluster example-nats does not"
                + " exist; create it");
  }

  @Test
  void causeIsMissingPermissionOfCluster() {
    ObservedClient client =
        lookup()
            .find(new Identity("team", "nats-user"), reference("team", "example-nats", "nats-io"));

    assertThat(MissingToken.cause(List.of(SECRET), List.of(client)).orElseThrow())
        .contains("NatsCluster nats-io/example-nats does not list team in spec.auth");
  }

  @Test
  void causeIsSecretThatIsNotUsedAnyMore() {
    assertThat(MissingToken.cause(List.of("nats-user-example-nats.core-bound-token"), clients()))
        .contains(
            "Secret nats-user-example-nats.core-bound-token is not used any more, since the role or"
                + " the cluster changed after the pod was created; recreate the pod");
  }

  @Test
  void causeIsInStatusOfRole() {
    assertThat(MissingToken.cause(List.of(SECRET), clients()))
        .contains(
            "the token of NatsServiceRole nats-user is not issued; see the conditions of the role");
  }

  @Test
  void causeIsUnknownWhileApiServerDoesNotAnswer() {
    FakeClusterLookup silent = new FakeClusterLookup(List.of(), List.of(), false);
    ObservedClient client =
        silent.find(new Identity("nats-io", "nats-user"), reference("nats-io", "a", "nats-io"));

    assertThat(MissingToken.cause(List.of(SECRET), List.of(client))).isEmpty();
    assertThat(MissingToken.cause(List.of(SECRET), List.of()))
        .as("the webhook skips the pod")
        .isEmpty();
  }

  private static Optional<String> causeOf(String account) {
    return MissingToken.cause(
        List.of(account + "-example-nats-bound-token"),
        List.of(
            lookup()
                .find(
                    new Identity("nats-io", account),
                    new ClusterReference("nats-io", "example-nats", Optional.empty()))));
  }

  private static Optional<String> cause(String cluster, Optional<String> namespace) {
    return MissingToken.cause(
        List.of(SECRET),
        List.of(
            lookup()
                .find(
                    new Identity("nats-io", "nats-user"),
                    new ClusterReference("nats-io", cluster, namespace))));
  }

  private static List<ObservedClient> clients() {
    return List.of(
        lookup()
            .find(
                new Identity("nats-io", "nats-user"),
                new ClusterReference("nats-io", "example-nats", Optional.empty())));
  }

  private static FakeClusterLookup lookup() {
    return new FakeClusterLookup(List.of(CLUSTER), List.of(Roles.user()), true);
  }

  private static ClusterReference reference(String from, String name, String namespace) {
    return new ClusterReference(from, name, Optional.of(namespace));
  }

  private static List<String> secrets(Pod pod, Instant now) {
    return MissingToken.secrets(pod, name -> false, now);
  }

  private static Pod changed(UnaryOperator<PodBuilder> change) {
    return change.apply(new PodBuilder(pod())).build();
  }

  private static Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(CREATED.toString())
        .endMetadata()
        .withNewSpec()
        .withNodeName("node")
        .addNewVolume()
        .withName("nats-token")
        .withNewProjected()
        .addNewSource()
        .withNewSecret()
        .withName(SECRET)
        .endSecret()
        .endSource()
        .endProjected()
        .endVolume()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }
}
