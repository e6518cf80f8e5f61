package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.NatsOperatorApplication;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SigningKey;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * An operator that restarts after a key was lost: the API server's signing key, or its own key for
 * proofs. It has the permissions that the chart grants.
 */
@LongTest
@ExtendWith(ChartServer.class)
class SigningKeyIT {

  private static final Release RELEASE = ChartServer.SOME;

  /** An operator that starts may wait for the lease of the previous one. */
  private static final Duration STARTED = Duration.ofMinutes(2);

  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";
  private static final String KEY = "nats-operator-token-proofs";
  private static final String PROOF = "nats.io/token-proof";

  private final AtomicInteger keyRequests = new AtomicInteger();
  private Sandbox sandbox;
  private ConfigurableApplicationContext operator;

  /** The API server no longer publishes the key of its earlier tokens. */
  private volatile boolean withdrawn;

  @BeforeEach
  void bindRole() {
    sandbox = ChartServer.sandbox();
    RELEASE.upgrade(
        "replicas=0",
        "crds={\"install\": false}",
        "webhooks={\"enabled\": false}",
        "watchNamespaces=[\"%s\"]".formatted(sandbox.namespace()));
    start();
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await()
        .atMost(STARTED)
        .untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    sandbox.awaitRole("nats-user", "Bound");
  }

  @AfterEach
  void stop() {
    operator.close();
    RELEASE.uninstall();
  }

  @Test
  void withdrawnKeyChangesNoTokenAndDisconnectsNoClient() throws Exception {
    Map<String, String> before = tokenSecret();
    List<String> events = events();
    try (LoopbackServer server =
            LoopbackServer.of(sandbox.statefulSet(CLUSTER), statefulSetController());
        NatsClient client =
            server.server().login("nats-user", sandbox.token("nats-user", CLUSTER).orElseThrow())) {
      restart(() -> withdrawn = true);

      sandbox.apply(Manifests.role("nats-user", "bar"));
      await()
          .untilAsserted(
              () -> assertThat(sandbox.user(CLUSTER, "nats-user").toString()).contains("bar"));
      assertStays(before, events);
      assertThat(keyRequests).as("requests for the API server's keys").hasValue(0);
      assertThat(client.isConnected()).as("connected").isTrue();
    }
  }

  /** The policies of the chart allow only this user to create a server pod. */
  private static KubernetesClient statefulSetController() {
    return ChartServer.as(
        "system:serviceaccount:kube-system:statefulset-controller", "system:masters");
  }

  @Test
  void lostProofKeyIsReplacedAndReissuesNothing() {
    Map<String, String> before = tokenSecret();
    List<String> events = events();
    String proof = proof();
    restart(() -> sandbox.client().resource(key()).delete());

    await().untilAsserted(() -> assertThat(proof()).isNotEqualTo(proof));
    assertStays(before, events);
    assertThat(key().getImmutable()).isTrue();
  }

  @Test
  void invalidProofKeyIsReplacedAndReissuesNothing() {
    Map<String, String> before = tokenSecret();
    List<String> events = events();
    String proof = proof();
    restart(
        () -> {
          sandbox.client().resource(key()).delete();
          sandbox
              .client()
              .resource(
                  new SecretBuilder()
                      .withNewMetadata()
                      .withName(KEY)
                      .withNamespace(RELEASE.namespace())
                      .endMetadata()
                      .addToData("hmac.key", "AAAA")
                      .build())
              .create();
        });

    await().untilAsserted(() -> assertThat(proof()).isNotEqualTo(proof));
    assertStays(before, events);
  }

  @Test
  void restartKeepsProof() {
    String version = sandbox.secret(SECRET).getMetadata().getResourceVersion();
    restart(() -> {});

    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () ->
                assertThat(sandbox.secret(SECRET).getMetadata().getResourceVersion())
                    .isEqualTo(version));
    assertThat(keyRequests).as("requests for the API server's keys").hasValue(0);
  }

  private void assertStays(Map<String, String> token, List<String> events) {
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () -> {
              assertThat(tokenSecret()).isEqualTo(token);
              assertThat(sandbox.users(CLUSTER)).contains("nats-user");
              assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText())
                  .isEqualTo(sandbox.token("nats-user", CLUSTER).orElseThrow());
              assertThat(events()).isEqualTo(events);
            });
  }

  private void restart(Runnable meanwhile) {
    operator.close();
    meanwhile.run();
    keyRequests.set(0);
    start();
    await().atMost(STARTED).until(operator.getBean(Leadership.class)::isHeld);
  }

  private void start() {
    KubernetesClient client = observed(ChartServer.as(RELEASE.user()));
    operator =
        new SpringApplicationBuilder(NatsOperatorApplication.class)
            .initializers(context -> replaceBean(client, (GenericApplicationContext) context))
            .run(
                "--server.port=0",
                "--operator.namespace=" + RELEASE.namespace(),
                "--operator.service-account-name=" + RELEASE.serviceAccount(),
                "--operator.watch-namespaces=" + sandbox.namespace());
  }

  private static void replaceBean(KubernetesClient client, GenericApplicationContext context) {
    context.registerBean(
        "observed", KubernetesClient.class, () -> client, bean -> bean.setPrimary(true));
  }

  /** A client that counts requests for the API server's keys, and can replace the keys. */
  private KubernetesClient observed(KubernetesClient client) {
    return (KubernetesClient)
        Proxy.newProxyInstance(
            KubernetesClient.class.getClassLoader(),
            new Class<?>[] {KubernetesClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("raw") && "/openid/v1/jwks".equals(arguments[0])) {
                keyRequests.incrementAndGet();
                if (withdrawn) {
                  return SigningKey.published(SigningKey.API_SERVER);
                }
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Secret key() {
    return ChartServer.client().secrets().inNamespace(RELEASE.namespace()).withName(KEY).get();
  }

  private Map<String, String> tokenSecret() {
    return sandbox.secret(SECRET).getData();
  }

  private String proof() {
    return sandbox.secret(SECRET).getMetadata().getAnnotations().get(PROOF);
  }

  private List<String> events() {
    return sandbox.events(sandbox.role("nats-user")).stream()
        .map(event -> event.getReason() + ": " + event.getNote())
        .filter(event -> event.startsWith("Token"))
        .toList();
  }
}
