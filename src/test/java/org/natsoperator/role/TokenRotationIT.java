package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * Reissues a token on request: the clients get it first, then the servers. The tests also
 * manipulate the token Secret.
 */
@OperatorTest
class TokenRotationIT {

  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";
  private static final String ANNOTATION = "nats.io/token-issued";

  private Sandbox sandbox;
  private String old;

  @BeforeEach
  void createBoundRole(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.serviceAccount("another"),
        Manifests.role("nats-user", "foo"),
        Manifests.role("another", "bar"));
    await()
        .untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user", "another"));
    old = token();
    // Until a role is in force, the operator reconciles it every two seconds.
    await().until(() -> sandbox.role("nats-user").getStatus() != null);
  }

  @Test
  void clientsGetNewTokenBeforeServersRequireIt() {
    String anothers = sandbox.token("another", CLUSTER).orElseThrow();
    requestReissue("1");
    await().untilAsserted(() -> assertThat(token()).isNotEqualTo(old));
    Instant shown = Instant.now();
    assertThat(data()).containsOnlyKeys("token", "previous");
    assertThat(password()).as("password while clients get the new token").isEqualTo(old);
    String fresh = token();
    await().untilAsserted(() -> assertThat(password()).isEqualTo(fresh));
    assertThat(Duration.between(shown, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
    assertThat(data()).containsOnlyKeys("token");
    assertThat(Jwt.claims(fresh).at("/kubernetes.io/secret/uid").asText())
        .isEqualTo(sandbox.secret(SECRET).getMetadata().getUid());
    assertThat(sandbox.secret(SECRET).getMetadata().getAnnotations())
        .containsEntry("nats.io/reissued", "1")
        .doesNotContainKey("nats.io/previous-since");
    assertThat(sandbox.token("another", CLUSTER))
        .as("the token of another role")
        .contains(anothers);
    assertTokenStays(fresh);
  }

  @Test
  void everyNewValueCausesOneReissue() {
    Set<String> seen = new HashSet<>(Set.of(old));
    for (String value : List.of("1", "2")) {
      requestReissue(value);
      await().untilAsserted(() -> assertThat(seen).doesNotContain(password()));
      seen.add(password());
    }
    assertTokenStays(token());
    requestReissue("2");
    assertTokenStays(token());
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
    Map<String, String> passwords = new ConcurrentHashMap<>();
    try (Watch watch =
        onAnnotation(
            sandbox,
            "client",
            annotation ->
                passwords.put(annotation.substring(annotation.length() - 2), password()))) {
      requestReissue("1");
      await().untilAsserted(() -> assertThat(passwords).containsKeys("/1", "/2"));
    }
    assertThat(passwords).as("password when the pods are annotated").containsEntry("/1", old);
    await()
        .untilAsserted(
            () ->
                assertThat(annotation(sandbox, "client-with-other-things-in-the-volume"))
                    .endsWith("/2"));
    await().untilAsserted(() -> assertThat(password()).isNotEqualTo(old));
    assertThat(
            List.of("of-another-account", "unlabeled", "of-another-cluster", "looks-like-a-server"))
        .allSatisfy(name -> assertThat(annotation(sandbox, name)).as(name).isNull());
    assertThat(annotation(elsewhere, "client")).isNull();
  }

  @Test
  void completesInterruptedRotation() {
    edit(
        secret ->
            new SecretBuilder(secret)
                .addToData("previous", secret.getData().get("token"))
                .editMetadata()
                .addToAnnotations(
                    "nats.io/previous-since", Instant.now().minusSeconds(60).toString())
                .endMetadata()
                .build());
    await().untilAsserted(() -> assertThat(data()).containsOnlyKeys("token"));
    assertThat(token()).isEqualTo(old);
    assertTokenStays(old);
  }

  @Test
  void removesPlantedPreviousTokenWithoutUsingIt() {
    String planted = sandbox.token("another", CLUSTER).orElseThrow();
    for (String since :
        List.of("", Instant.now().toString(), Instant.now().plusSeconds(3600).toString())) {
      edit(
          secret ->
              new SecretBuilder(secret)
                  .addToStringData("previous", planted)
                  .editMetadata()
                  .addToAnnotations("nats.io/previous-since", since)
                  .endMetadata()
                  .build());
      await()
          .untilAsserted(
              () -> {
                assertNotPassword(planted);
                assertThat(data()).containsOnlyKeys("token");
              });
    }
    assertTokenStays(old);
  }

  @Test
  void tamperedTokenIsReplacedWithPreviousToken() {
    requestReissue("1");
    await().untilAsserted(() -> assertThat(data()).containsOnlyKeys("token", "previous"));
    edit(secret -> new SecretBuilder(secret).addToStringData("token", "made-up").build());
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(password()).isNotIn(old, "made-up").isEqualTo(token()));
    assertThat(data()).containsOnlyKeys("token");
  }

  @Test
  void recreatedServiceAccountInvalidatesBothTokens() {
    requestReissue("1");
    await().untilAsserted(() -> assertThat(data()).containsOnlyKeys("token", "previous"));
    String issued = token();
    sandbox.delete(sandbox.serviceAccount("nats-user"));
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(password()).isNotIn(old, issued).isEqualTo(token()));
    assertThat(data()).containsOnlyKeys("token");
  }

  @Test
  void editOfSecretAnnotationCausesAtMostOneReissue() {
    requestReissue("1");
    await().untilAsserted(() -> assertThat(password()).isNotEqualTo(old));
    String first = token();
    edit(
        secret ->
            new SecretBuilder(secret)
                .editMetadata()
                .addToAnnotations("nats.io/reissued", "by hand")
                .endMetadata()
                .build());
    await().untilAsserted(() -> assertThat(password()).isNotIn(old, first));
    assertTokenStays(token());
  }

  @Test
  void statusContainsLastReissue() {
    requestReissue("on tuesday");
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.role("nats-user").getStatus().reissued())
                    .isEqualTo("on tuesday"));
  }

  private void requestReissue(String value) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {nats.io/reissue: '%s'}\n".formatted(value)));
  }

  private void assertTokenStays(String token) {
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () -> {
              assertThat(token()).isEqualTo(token);
              assertThat(password()).isEqualTo(token);
            });
  }

  private void assertNotPassword(String planted) {
    assertThat(password()).isNotEqualTo(planted);
  }

  private String token() {
    return sandbox.token("nats-user", CLUSTER).orElseThrow();
  }

  private String password() {
    return sandbox.user(CLUSTER, "nats-user").get("password").asText();
  }

  private Map<String, String> data() {
    return sandbox.secret(SECRET).getData();
  }

  private void edit(UnaryOperator<Secret> change) {
    sandbox.client().resource(sandbox.secret(SECRET)).edit(change);
  }

  private static String annotation(Sandbox sandbox, String pod) {
    return annotation(sandbox.client().pods().inNamespace(sandbox.namespace()).withName(pod).get());
  }

  private static String annotation(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(ANNOTATION);
  }

  /** Calls the listener for each value, even if the operator replaces it quickly. */
  private static Watch onAnnotation(Sandbox sandbox, String pod, Consumer<String> listener) {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withName(pod)
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Pod seen) {
                Optional.ofNullable(annotation(seen)).ifPresent(listener);
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
