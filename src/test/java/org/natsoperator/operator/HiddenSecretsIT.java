package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.operator.WebhookKeys.decoded;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.server.Replica;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** No token, password or key is in anything that users, monitoring or other programs can read. */
@OperatorTest
class HiddenSecretsIT {

  private static final String TOKEN_SECRET = "nats-user-" + CLUSTER + "-bound-token";
  private static final String PLANTED_PASSWORD = "a-planted-password";

  @LocalServerPort private int port;
  @Autowired private KubernetesClient operatorClient;
  @Autowired private Map<String, AdmissionHandler> webhooks;
  private final SecretSearch secrets = new SecretSearch();
  private Sandbox sandbox;
  private Replica replica;
  private RecordedLog log;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    replica =
        Replica.start(
            sandbox.namespace(), sandbox.namespace(), "operator.webhooks.shutdown-delay=0s");
    log = RecordedLog.start();
  }

  @AfterEach
  void stop() {
    operatorClient.getConfiguration().setOauthToken(null);
    log.close();
    replica.close();
  }

  @Test
  void noSecretIsVisibleAnywhere() {
    useApiServerCredentials();
    createClusterWithPlantedTokens();
    addKeysOfCluster();
    addKeyOfProofs();
    reissueTokens();
    new WebhookKeys(sandbox, secrets).damage();
    sandbox.apply(Manifests.role("nats-user", "foo..bar"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("Invalid"));
    Map<String, String> places = new VisiblePlaces(sandbox, port, webhooks).texts();
    places.put("the log", log.text());
    places.put("the metrics of the webhooks", webhookMetrics());

    assertThat(log.text())
        .contains(
            "Issued a token",
            "DEBUG org.natsoperator",
            "Updated the webhooks' certificates",
            "tls.key must");
    assertThat(places).allSatisfy((place, text) -> assertThat(text).as(place).isNotEmpty());
    assertThat(secrets.names()).hasSizeGreaterThan(12);
    assertThat(secrets.leaks(places)).isEmpty();
  }

  private String webhookMetrics() {
    return replica.meters().getMeters().stream()
        .map(meter -> meter.getId().toString())
        .collect(Collectors.joining("\n"));
  }

  /**
   * In a cluster the operator has a token, but here it has a client certificate. The test sends
   * both.
   */
  private void useApiServerCredentials() {
    Config config = operatorClient.getConfiguration();
    String key = decoded(config.getClientKeyData());
    secrets.add("the operator's client key", key, config.getClientKeyData());
    sandbox.apply(Manifests.serviceAccount("operator"));
    String token =
        sandbox
            .client()
            .serviceAccounts()
            .inNamespace(sandbox.namespace())
            .withName("operator")
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
            .getStatus()
            .getToken();
    config.setOauthToken(token);
    secrets.add("the operator's API server token", token, "Bearer " + token);
  }

  private void createClusterWithPlantedTokens() {
    String forged = SigningKey.ec("forged").sign(Tokens.claims("other"));
    plant("nats-user", PLANTED_PASSWORD);
    plant("other", forged);
    secrets.add("a planted password", PLANTED_PASSWORD, secret(TOKEN_SECRET));
    secrets.add("a planted forged token", forged, secret("other-" + CLUSTER + "-bound-token"));
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.serviceAccount("other"),
        Manifests.role("nats-user", "foo"),
        Manifests.role("other", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user", "other"));
    addTokenInForce("a token issued instead of a planted one", PLANTED_PASSWORD);
  }

  private void addKeysOfCluster() {
    Secret keys =
        sandbox
            .client()
            .secrets()
            .inNamespace(OperatorTest.NAMESPACE)
            .withName("nats-cluster-" + sandbox.cluster(CLUSTER).getMetadata().getUid())
            .get();
    String json = Serialization.asJson(keys);
    secrets.add("the operator's nkey seed", decoded(keys.getData().get("operator.nk")), json);
    String password = decoded(keys.getData().get("route.password"));
    secrets.add("the route password of the key Secret", password, json);
    String mounted =
        sandbox.configs(CLUSTER).keySet().stream()
            .filter(name -> !name.equals(CLUSTER))
            .findFirst()
            .orElseThrow();
    String inFile = sandbox.configs(CLUSTER).get(mounted).routePassword().orElseThrow();
    secrets.add("the route password of nats.conf", inFile, secret(mounted));
    assertThat(sandbox.configs(CLUSTER).get(CLUSTER).text()).doesNotContain(inFile);
  }

  private void addKeyOfProofs() {
    Secret key =
        sandbox
            .client()
            .secrets()
            .inNamespace(OperatorTest.NAMESPACE)
            .withName("nats-operator-token-proofs")
            .get();
    secrets.add(
        "the key of the proofs of tokens, in Base64",
        key.getData().get("hmac.key"),
        Serialization.asJson(key));
  }

  private void reissueTokens() {
    String first = sandbox.token("nats-user", CLUSTER).orElseThrow();
    sandbox.apply(Manifests.role("nats-user", "foo", "hi"));
    sandbox.delete(sandbox.secret(TOKEN_SECRET));
    addTokenInForce("a token issued after its Secret was deleted", first);
    String second = sandbox.token("nats-user", CLUSTER).orElseThrow();
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace("metadata:\n", "metadata:\n  annotations: {nats.io/reissue: now}\n"));
    addTokenInForce("a reissued token", second);
  }

  /** A user is missing from the file while the operator issues its token. */
  private void addTokenInForce(String name, String previous) {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText())
                    .isNotEqualTo(previous)
                    .isEqualTo(sandbox.token("nats-user", CLUSTER).orElseThrow()));
    secrets.add(name, sandbox.token("nats-user", CLUSTER).orElseThrow(), secret(TOKEN_SECRET));
  }

  private void plant(String account, String token) {
    sandbox
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(account + "-" + CLUSTER + "-bound-token")
                .withNamespace(sandbox.namespace())
                .addToLabels("app", "nats")
                .addToLabels("nats_cluster", CLUSTER)
                .endMetadata()
                .addToStringData("token", token)
                .build())
        .create();
  }

  private String secret(String name) {
    return Serialization.asJson(sandbox.secret(name));
  }
}
