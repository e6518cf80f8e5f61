package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.admission.inject.RandomPods.CLUSTER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.review.AdmissionWarnings;

/** Tokens that the kubelet requests for each pod. */
class ProjectedTokenTest {

  private final AdmissionWarnings warnings = new AdmissionWarnings();

  @Test
  void usesAudienceOfClusterAndRequestedLifetime() {
    assertThat(injected(Pods.annotated("nats.io/token-lifetime", "2h")).at("/spec/volumes/0"))
        .isEqualTo(
            Pods.yaml(
                "{name: nats-token, projected: {sources: [{serviceAccountToken: {audience:"
                    + " 'nats://example-nats.nats-io.svc', expirationSeconds: 7200, path:"
                    + " token}}]}}"));
    assertThat(lifetime(injected(Pods.annotated("nats.io/token-lifetime", "1")))).isEqualTo(600);
    assertThat(lifetime(injected(Pods.withSpec("{containers: [{name: a}]}")))).isEqualTo(3600);
  }

  @Test
  void usesLifetimeOfClusterUnlessThePodChoosesOne() {
    TokenExpiration ofCluster = new TokenExpiration(1_800);

    assertThat(lifetime(injected(Pods.withSpec("{containers: [{name: a}]}"), ofCluster)))
        .isEqualTo(1_800);
    assertThat(lifetime(injected(Pods.annotated("nats.io/token-lifetime", "2h"), ofCluster)))
        .isEqualTo(7_200);
  }

  @Test
  void reusesOnlyTokenWithSameAudience() {
    JsonNode same =
        injected(
            pod("{serviceAccountToken: {audience: 'nats://example-nats.nats-io.svc', path: pw}}"));
    assertThat(same.at("/spec/volumes")).hasSize(1);
    assertThat(same.at("/spec/containers/0/env/4/value").asText())
        .isEqualTo("/var/run/secrets/nats.io/pw");

    JsonNode other =
        injected(
            pod("{serviceAccountToken: {audience: 'nats://example-nats.core.svc', path: pw}}"));
    assertThat(other.at("/spec/volumes")).hasSize(2);
    assertThat(other.at("/spec/containers/0/env/4/value").asText())
        .isEqualTo("/var/run/secrets/nats.io/token");
  }

  /** The operator keeps a Secret's token valid while a pod mounts it. */
  @Test
  void reusesBoundSecret() {
    JsonNode injected = injected(pod("{secret: {name: nats-user-example-nats-bound-token}}"));

    assertThat(injected.at("/spec/volumes")).hasSize(1);
    assertThat(injected.at("/spec/containers/0/volumeMounts/0/name").asText()).isEqualTo("t");
    assertThat(warnings.all()).isEmpty();
  }

  @Test
  void prefersProjectedTokenOverBoundSecret() {
    ObjectNode pod = pod("{secret: {name: nats-user-example-nats-bound-token}}");
    pod.withArray("/spec/volumes")
        .add(
            Pods.yaml(
                "{name: k, projected: {sources: [{serviceAccountToken: {audience:"
                    + " 'nats://example-nats.nats-io.svc', path: token}}]}}"));

    assertThat(injected(pod).at("/spec/containers/0/volumeMounts/0/name").asText()).isEqualTo("k");
  }

  private ObjectNode injected(ObjectNode pod) {
    return injected(pod, TokenExpiration.DEFAULT);
  }

  private ObjectNode injected(ObjectNode pod, TokenExpiration ofCluster) {
    ResolvedCluster cluster =
        new ResolvedCluster(CLUSTER, TokenMode.PROJECTED, ofCluster, List.of());
    InjectionOptions options = InjectionOptions.of(new PodView(pod), "nats-io");
    return Pods.patched(pod, PodPatch.ofNew(new PodView(pod), options, List.of(cluster), warnings));
  }

  private static ObjectNode pod(String source) {
    return Pods.withSpec(
        "{containers: [{name: a}], volumes: [{name: t, projected: {sources: [%s]}}]}"
            .formatted(source));
  }

  private static int lifetime(JsonNode pod) {
    return pod.at("/spec/volumes/0/projected/sources/0/serviceAccountToken/expirationSeconds")
        .asInt();
  }
}
