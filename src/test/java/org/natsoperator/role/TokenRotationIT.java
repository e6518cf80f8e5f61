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
 * Another token on request: first the clients get it, then the servers; and what others may make of
 * that.
 */
@OperatorTest
class TokenRotationIT {

  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";
  private static final String CALL = "nats.io/token-issued";

  private Sandbox sandbox;
  private String old;

  @BeforeEach
  void boundRole(Sandbox fresh) {
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
    // As long as a role is not settled it is looked at every other second, event or not.
    await().until(() -> sandbox.role("nats-user").getStatus() != null);
  }

  @Test
  void clientsAreShownTheNewTokenBeforeServersWantIt() {
    String anothers = sandbox.token("another", CLUSTER).orElseThrow();
    ask("1");
    await().untilAsserted(() -> assertThat(token()).isNotEqualTo(old));
    Instant shown = Instant.now();
    assertThat(data()).containsOnlyKeys("token", "previous");
    assertThat(password()).as("while clients learn of the new one").isEqualTo(old);
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
    staysAt(fresh);
  }

  @Test
  void everyNewValueIsAnsweredOnce() {
    Set<String> seen = new HashSet<>(Set.of(old));
    for (String value : List.of("1", "2")) {
      ask(value);
      await().untilAsserted(() -> assertThat(seen).doesNotContain(password()));
      seen.add(password());
    }
    staysAt(token());
    ask("2");
    staysAt(token());
  }

  @Test
  void podsThatUseTheTokenAreToldAndNoOthers(Sandbox elsewhere) {
    pod(sandbox, "client", "nats-user", Map.of("nats_cluster", CLUSTER));
    pod(
        sandbox,
        "client-with-other-things-in-the-volume",
        "nats-user",
        Map.of("nats_cluster", CLUSTER));
    pod(sandbox, "of-another-account", "another", Map.of("nats_cluster", CLUSTER));
    pod(sandbox, "unlabelled", "nats-user", Map.of());
    pod(sandbox, "of-another-cluster", "nats-user", Map.of("nats_cluster", "other"));
    pod(
        sandbox,
        "dressed-as-a-server",
        "nats-user",
        Map.of("nats_cluster", CLUSTER, "app", "nats"));
    elsewhere.apply(Manifests.serviceAccount("nats-user"));
    pod(elsewhere, "client", "nats-user", Map.of("nats_cluster", CLUSTER));
    Map<String, String> passwords = new ConcurrentHashMap<>();
    try (Watch calls =
        onCall(
            sandbox,
            "client",
            call -> passwords.put(call.substring(call.length() - 2), password()))) {
      ask("1");
      await().untilAsserted(() -> assertThat(passwords).containsKeys("/1", "/2"));
    }
    assertThat(passwords).as("when they are told").containsEntry("/1", old);
    await()
        .untilAsserted(
            () ->
                assertThat(call(sandbox, "client-with-other-things-in-the-volume")).endsWith("/2"));
    await().untilAsserted(() -> assertThat(password()).isNotEqualTo(old));
    assertThat(
            List.of(
                "of-another-account", "unlabelled", "of-another-cluster", "dressed-as-a-server"))
        .allSatisfy(name -> assertThat(call(sandbox, name)).as(name).isNull());
    assertThat(call(elsewhere, "client")).isNull();
  }

  @Test
  void whatAnOperatorLeftHalfDoneIsFinished() {
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
    staysAt(old);
  }

  @Test
  void aPlantedTokenBeforeIsNoPasswordAndDoesNotStay() {
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
                assertThatNobodyLogsInWith(planted);
                assertThat(data()).containsOnlyKeys("token");
              });
    }
    staysAt(old);
  }

  @Test
  void tamperedTokenIsReplacedWithPreviousToken() {
    ask("1");
    await().untilAsserted(() -> assertThat(data()).containsOnlyKeys("token", "previous"));
    edit(secret -> new SecretBuilder(secret).addToStringData("token", "made-up").build());
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(password()).isNotIn(old, "made-up").isEqualTo(token()));
    assertThat(data()).containsOnlyKeys("token");
  }

  @Test
  void aServiceAccountMadeAnewOnTheWayEndsBoth() {
    ask("1");
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
  void anEditOfTheSecretsAnnotationCostsOneTokenAtMost() {
    ask("1");
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
    staysAt(token());
  }

  @Test
  void theStatusTellsOfTheLastOne() {
    ask("on tuesday");
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.role("nats-user").getStatus().reissued())
                    .isEqualTo("on tuesday"));
  }

  private void ask(String value) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {nats.io/reissue: '%s'}\n".formatted(value)));
  }

  private void staysAt(String token) {
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () -> {
              assertThat(token()).isEqualTo(token);
              assertThat(password()).isEqualTo(token);
            });
  }

  private void assertThatNobodyLogsInWith(String planted) {
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

  private static String call(Sandbox sandbox, String pod) {
    return call(sandbox.client().pods().inNamespace(sandbox.namespace()).withName(pod).get());
  }

  private static String call(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(CALL);
  }

  /** However short it stands there. */
  private static Watch onCall(Sandbox sandbox, String pod, Consumer<String> listener) {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withName(pod)
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Pod seen) {
                Optional.ofNullable(call(seen)).ifPresent(listener);
              }

              @Override
              public void onClose(WatcherException why) {}
            });
  }

  /** A pod that mounts the token of a role, under any account. */
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
