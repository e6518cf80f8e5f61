package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** Informers keep only the fields in use. */
@ExtendWith(ApiServer.class)
class PrunedInformersIT {

  private static final String LARGE = "YWFh".repeat(100_000);

  private SharedInformers informers;

  @AfterEach
  void stop() {
    if (informers != null) {
      informers.stop();
    }
  }

  @Test
  void keepsOnlyUsedFieldsOfRole(Sandbox sandbox) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {a: b, nats.io/cluster-namespace: core}\n"));

    NatsServiceRole role =
        started(sandbox).roles().find(sandbox.namespace(), "nats-user").orElseThrow();

    assertThat(role.getMetadata().getAnnotations())
        .isEqualTo(Map.of("nats.io/cluster-namespace", "core"));
    assertThat(role.getMetadata().getManagedFields()).isNullOrEmpty();
    assertThat(role.clusterName()).contains(Manifests.CLUSTER);
    assertThat(role.getSpec().permissions().publish()).isNotEmpty();
  }

  @Test
  void keepsOnlyIdentityOfServiceAccount(Sandbox sandbox) {
    sandbox.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: a, labels: {a: b}, annotations: {a: "%s", nats.io/a: b}}
        secrets: [{name: a}]
        imagePullSecrets: [{name: a}]
        """
            .formatted("a".repeat(100_000)));

    ServiceAccount account =
        started(sandbox).serviceAccounts().find(sandbox.namespace(), "a").orElseThrow();

    assertThat(Serialization.asJson(account)).hasSizeLessThan(500);
    assertThat(account.getMetadata().getUid()).isNotEmpty();
  }

  /** Any user who can create Secrets can add the operator's labels. */
  @Test
  void keepsOnlyMetadataOfForeignSecret(Sandbox sandbox) {
    create(sandbox, "foreign", List.of(), "large", LARGE);

    Secret secret = started(sandbox).secrets().find(sandbox.namespace(), "foreign").orElseThrow();

    assertThat(Serialization.asJson(secret)).hasSizeLessThan(1_000);
    assertThat(secret.getMetadata().getLabels()).containsKey("nats_cluster");
  }

  @Test
  void keepsOnlyConfigurationOfSecretThatClusterOwns(Sandbox sandbox) {
    create(
        sandbox, "config", List.of(owner("NatsCluster")), "large", LARGE, "nats.conf", "Y29uZg==");

    Secret secret = started(sandbox).secrets().find(sandbox.namespace(), "config").orElseThrow();

    assertThat(secret.getData()).isEqualTo(Map.of("nats.conf", "Y29uZg=="));
    assertThat(secret.getMetadata().getOwnerReferences()).hasSize(1);
  }

  @Test
  void keepsOnlyTokensOfTokenSecret(Sandbox sandbox) {
    create(
        sandbox,
        "a-example-nats-bound-token",
        List.of(owner("NatsServiceRole")),
        "large",
        LARGE,
        "token",
        "dG9rZW4=",
        "previous",
        "YWFh".repeat(100_000));

    Secret secret =
        started(sandbox)
            .secrets()
            .find(sandbox.namespace(), "a-example-nats-bound-token")
            .orElseThrow();

    assertThat(secret.getData()).containsOnlyKeys("token", "previous");
    assertThat(TokenSecret.tokenIn(secret)).contains("token");
    assertThat(PreviousToken.in(secret).orElseThrow()).as("is cut").hasSize((8 << 10) / 4 * 3);
  }

  private SharedInformers notStarted(Sandbox sandbox) {
    informers = new SharedInformers(sandbox.client(), properties(Set.of(sandbox.namespace())));
    return informers;
  }

  private SharedInformers started(Sandbox sandbox) {
    notStarted(sandbox);
    start();
    return informers;
  }

  private void start() {
    informers.start();
    await()
        .until(
            () ->
                Stream.of(
                        informers.secrets(),
                        informers.roles(),
                        informers.clusters(),
                        informers.serviceAccounts(),
                        informers.serverPods())
                    .allMatch(SharedInformer::hasSynced));
  }

  private static Secret create(Sandbox sandbox) {
    return create(sandbox, "a", List.of());
  }

  private static Secret create(
      Sandbox sandbox, String name, List<OwnerReference> owners, String... data) {
    SecretBuilder secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(sandbox.namespace())
            .withOwnerReferences(owners)
            .addToLabels("app", "nats")
            .addToLabels("nats_cluster", "example-nats")
            .endMetadata();
    for (int i = 0; i < data.length; i += 2) {
      secret.addToData(data[i], data[i + 1]);
    }
    return sandbox.client().resource(secret.build()).create();
  }

  private static Map<String, String> annotations(SharedInformer<Secret> secrets, Sandbox sandbox) {
    return secrets
        .find(sandbox.namespace(), "a")
        .map(secret -> secret.getMetadata().getAnnotations())
        .orElse(null);
  }

  private static OwnerReference owner(String kind) {
    return new OwnerReferenceBuilder()
        .withApiVersion("nats.io/v1alpha2")
        .withKind(kind)
        .withName("a")
        .withUid("a")
        .build();
  }

  private static OperatorProperties properties(Set<String> namespaces) {
    return OperatorPropertiesFixture.watching(namespaces).build();
  }
}
