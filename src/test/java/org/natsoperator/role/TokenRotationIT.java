package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** Reissues a token on request: the clients get it first, then the servers. */
@LongTest
@OperatorTest
class TokenRotationIT {

  private static final String ANNOTATION = "nats.io/token-issued";

  private Sandbox sandbox;
  @AutoClose private RotatedRole role;

  @BeforeEach
  void createBoundRole(Sandbox fresh) {
    sandbox = fresh;
    role = new RotatedRole(fresh);
  }

  @Test
  void clientsGetNewTokenBeforeServersRequireIt() {
    String anothers = sandbox.token("another", CLUSTER).orElseThrow();
    role.requestReissue("1");
    Secret shown = role.awaitBothTokens();
    String fresh = TokenSecret.tokenIn(shown).orElseThrow();
    assertThat(fresh).isNotEqualTo(role.old());
    await().untilAsserted(() -> assertThat(role.password()).isEqualTo(fresh));
    Instant required = Instant.now();
    assertThat(role.passwordAt(shown))
        .as("password while clients get the new token")
        .isEqualTo(role.old());
    assertThat(Duration.between(PreviousToken.since(shown).orElseThrow(), required))
        .isGreaterThan(Duration.ofSeconds(1));
    assertThat(role.data()).containsOnlyKeys("token");
    assertThat(Jwt.claims(fresh).at("/kubernetes.io/secret/uid").asText())
        .isEqualTo(role.secret().getMetadata().getUid());
    assertThat(role.secret().getMetadata().getAnnotations())
        .containsEntry("nats.io/reissued", "1")
        .doesNotContainKey("nats.io/previous-since");
    assertThat(sandbox.token("another", CLUSTER))
        .as("the token of another role")
        .contains(anothers);
    role.assertTokenStays(fresh);
  }

  @Test
  void everyNewValueCausesOneReissue() {
    Set<String> seen = new HashSet<>(Set.of(role.old()));
    for (String value : List.of("1", "2")) {
      role.requestReissue(value);
      await().untilAsserted(() -> assertThat(seen).doesNotContain(role.password()));
      seen.add(role.password());
    }
    role.assertTokenStays(role.token());
    role.requestReissue("2");
    role.assertTokenStays(role.token());
  }

  @Test
  void annotatesOnlyPodsThatUseToken(Sandbox elsewhere) {
    pod(sandbox, "client", "nats-user", Map.of("nats_cluster", CLUSTER));
    pod(
        sandbox,
        "client-with-other-things-in-the-volume",
        "nats-user",
        Map.of("nats_cluster", CLUSTER));
    pod(sandbox, "of-another-account", "another", Map.of("nats_cluster", CLUSTER));
    pod(sandbox, "unlabeled", "nats-user", Map.of());
    pod(sandbox, "of-another-cluster", "nats-user", Map.of("nats_cluster", "other"));
    pod(
        sandbox,
        "looks-like-a-server",
        "nats-user",
        Map.of("nats_cluster", CLUSTER, "app", "nats"));
    elsewhere.apply(Manifests.serviceAccount("nats-user"));
    pod(elsewhere, "client", "nats-user", Map.of("nats_cluster", CLUSTER));
    Map<String, Pod> annotated = new ConcurrentHashMap<>();
    try (Watch watch = onAnnotation(sandbox, "client", annotated)) {
      role.requestReissue("1");
      await().untilAsserted(() -> assertThat(annotated).containsKeys("/1", "/2"));
    }
    assertThat(role.passwordAt(annotated.get("/1")))
        .as("password when the pods are annotated")
        .isEqualTo(role.old());
    await()
        .untilAsserted(
            () ->
                assertThat(annotation(sandbox, "client-with-other-things-in-the-volume"))
                    .endsWith("/2"));
    await().untilAsserted(() -> assertThat(role.password()).isNotEqualTo(role.old()));
    assertThat(
            List.of("of-another-account", "unlabeled", "of-another-cluster", "looks-like-a-server"))
        .allSatisfy(name -> assertThat(annotation(sandbox, name)).as(name).isNull());
    assertThat(annotation(elsewhere, "client")).isNull();
  }

  @Test
  void statusContainsLastReissue() {
    role.requestReissue("on tuesday");
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.role("nats-user").getStatus().reissued())
                    .isEqualTo("on tuesday"));
  }

  private static String annotation(Sandbox sandbox, String pod) {
    return annotation(sandbox.client().pods().inNamespace(sandbox.namespace()).withName(pod).get());
  }

  private static String annotation(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(ANNOTATION);
  }

  /** Records the pod by the end of each value, even if the operator replaces it quickly. */
  private static Watch onAnnotation(Sandbox sandbox, String pod, Map<String, Pod> annotated) {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withName(pod)
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Pod seen) {
                Optional.ofNullable(annotation(seen))
                    .map(value -> value.substring(value.length() - 2))
                    .ifPresent(end -> annotated.putIfAbsent(end, seen));
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  /** A pod that mounts the token of a role. Its ServiceAccount may be another one. */
  private static void pod(Sandbox sandbox, String name, String role, Map<String, String> labels) {
    String secret = role + "-" + CLUSTER + "-bound-token";
    VolumeBuilder volume = new VolumeBuilder().withName("token");
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(sandbox.namespace())
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("client")
            .withImage("client")
            .endContainer()
            .withVolumes(
                name.contains("other-things")
                    ? volume
                        .withNewProjected()
                        .addNewSource()
                        .withNewSecret()
                        .withName(secret)
                        .endSecret()
                        .endSource()
                        .endProjected()
                        .build()
                    : volume.withNewSecret().withSecretName(secret).endSecret().build())
            .endSpec()
            .build();
    sandbox.client().resource(pod).create();
  }
}
