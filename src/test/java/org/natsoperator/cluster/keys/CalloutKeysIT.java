package org.natsoperator.cluster.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.nkey.NkeyCodec;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** The keys of a cluster whose servers ask the operator about logins. */
@OperatorTest
class CalloutKeysIT {

  @Autowired private CalloutKeyStore keys;

  @Test
  void keysAreCreatedOnceAndDeletedWithTheirCluster(Sandbox sandbox) {
    sandbox.apply(cluster());
    CalloutKeys recorded = recorded(sandbox);
    Secret secret = secret(sandbox);

    assertThat(secret.getImmutable()).isTrue();
    assertThat(CalloutKeySecret.keysIn(secret).orElseThrow().publicKeys()).isEqualTo(recorded);
    assertThat(issuer(sandbox)).isEqualTo(recorded.issuer());
    assertThat(sandbox.configs(CLUSTER).values())
        .allSatisfy(file -> assertThat(file.text()).doesNotContain("SAA", "SXA"));

    sandbox.apply(Manifests.serviceAccount("user"), Manifests.role("user", "foo"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition("user", "Bound").getStatus()).isEqualTo("True"));
    assertThat(secret(sandbox)).isEqualTo(secret);

    sandbox.delete(sandbox.cluster(CLUSTER));
    await().untilAsserted(() -> assertThat(read(sandbox, secret)).isNull());
  }

  /** Who can write Secrets of the operator's namespace could otherwise admit any client. */
  @Test
  void plantedKeysAreNotAccepted(Sandbox sandbox) {
    sandbox.apply(cluster());
    CalloutKeys recorded = recorded(sandbox);
    NatsCluster cluster = sandbox.cluster(CLUSTER);
    keys.forget(cluster.getMetadata().getUid());
    sandbox
        .client()
        .resource(
            CalloutKeySecret.of(
                OperatorTest.NAMESPACE,
                cluster,
                NkeyCodec.seed(NkeyType.ACCOUNT, new byte[NkeyCodec.KEY_BYTES]),
                NkeyCodec.seed(NkeyType.CURVE, new byte[NkeyCodec.KEY_BYTES])))
        .create();

    sandbox.apply(Manifests.serviceAccount("user"), Manifests.role("user", "foo"));

    await()
        .untilAsserted(
            () -> {
              assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                  .isEqualTo("Invalid");
              assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                  .contains("status.calloutKeys", CalloutKeySecret.name(uid(sandbox)));
            });
    assertThat(issuer(sandbox)).isEqualTo(recorded.issuer());
    assertThat(sandbox.cluster(CLUSTER).getStatus().calloutKeys()).isEqualTo(recorded);
  }

  /** It must not stop the revocation of users. */
  @Test
  void brokenKeysAreReportedUntilTheyAreRenewed(Sandbox sandbox) {
    sandbox.apply(cluster());
    CalloutKeys recorded = recorded(sandbox);
    NatsCluster cluster = sandbox.cluster(CLUSTER);
    keys.forget(cluster.getMetadata().getUid());
    sandbox
        .client()
        .resource(CalloutKeySecret.of(OperatorTest.NAMESPACE, cluster, "no seed", "no seed"))
        .create();
    sandbox.apply(Manifests.serviceAccount("user"), Manifests.role("user", "foo"));

    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getReason())
                    .isEqualTo("KeysInvalid"));
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason()).isEqualTo("Invalid");
    assertThat(issuer(sandbox)).isEqualTo(recorded.issuer());

    renew(sandbox, "1");

    await()
        .untilAsserted(
            () -> assertThat(sandbox.cluster(CLUSTER).getStatus().renewedKeys()).isEqualTo("1"));
    CalloutKeys renewed = sandbox.cluster(CLUSTER).getStatus().calloutKeys();
    assertThat(renewed).isNotEqualTo(recorded);
    assertThat(CalloutKeySecret.keysIn(secret(sandbox)).orElseThrow().publicKeys())
        .isEqualTo(renewed);
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isNotEqualTo("Invalid"));
  }

  @Test
  void renewedKeysKeepThePreviousOnes(Sandbox sandbox) {
    sandbox.apply(cluster());
    CalloutKeys recorded = recorded(sandbox);

    renew(sandbox, "1");

    await()
        .untilAsserted(
            () -> assertThat(sandbox.cluster(CLUSTER).getStatus().renewedKeys()).isEqualTo("1"));
    CalloutSeeds renewed = CalloutKeySecret.keysIn(secret(sandbox)).orElseThrow();
    assertThat(sandbox.cluster(CLUSTER).getStatus().calloutKeys()).isEqualTo(renewed.publicKeys());
    assertThat(renewed.previous().orElseThrow().publicKeys()).isEqualTo(recorded);
    await()
        .untilAsserted(() -> assertThat(issuer(sandbox)).isEqualTo(renewed.issuer().publicKey()));
    sandbox.apply(Manifests.serviceAccount("user"), Manifests.role("user", "foo"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition("user", "Bound").getStatus()).isEqualTo("True"));
    assertThat(CalloutKeySecret.keysIn(secret(sandbox)).orElseThrow().publicKeys())
        .as("keys are renewed once")
        .isEqualTo(renewed.publicKeys());
  }

  private static void renew(Sandbox sandbox, String request) {
    sandbox.patch(
        sandbox.cluster(CLUSTER),
        "{\"metadata\": {\"annotations\": {\"nats.io/renew-keys\": \"%s\"}}}".formatted(request));
  }

  private static CalloutKeys recorded(Sandbox sandbox) {
    return await()
        .until(
            () -> {
              NatsCluster cluster = sandbox.cluster(CLUSTER);
              return cluster.getStatus() == null ? null : cluster.getStatus().calloutKeys();
            },
            Objects::nonNull);
  }

  private static String issuer(Sandbox sandbox) {
    ServerConfigFile file = sandbox.configs(CLUSTER).get(CLUSTER);
    return file.parse().at("/authorization/auth_callout/issuer").asText();
  }

  private static Secret secret(Sandbox sandbox) {
    return sandbox
        .client()
        .secrets()
        .inNamespace(OperatorTest.NAMESPACE)
        .withName(CalloutKeySecret.name(uid(sandbox)))
        .get();
  }

  private static Secret read(Sandbox sandbox, Secret secret) {
    return sandbox.client().resource(secret).get();
  }

  private static String uid(Sandbox sandbox) {
    return sandbox.cluster(CLUSTER).getMetadata().getUid();
  }

  private static String cluster() {
    return Manifests.cluster(
        """
        size: 1
        version: "2.15.3"
        auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}
        """);
  }
}
