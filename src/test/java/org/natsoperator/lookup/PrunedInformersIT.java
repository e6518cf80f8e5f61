package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.lookup.InformersOfTest.createSecret;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** Informers keep only the fields in use. */
@ExtendWith(ApiServer.class)
class PrunedInformersIT {

  private static final String LARGE = "YWFh".repeat(100_000);

  @AutoClose private final InformersOfTest informers = new InformersOfTest();

  @Test
  void keepsOnlyUsedFieldsOfRole(Sandbox sandbox) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {a: b, nats.io/cluster-namespace: core}\n"));

    NatsServiceRole role =
        informers.started(sandbox).roles().find(sandbox.namespace(), "nats-user").orElseThrow();

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
        informers.started(sandbox).serviceAccounts().find(sandbox.namespace(), "a").orElseThrow();

    assertThat(Serialization.asJson(account)).hasSizeLessThan(500);
    assertThat(account.getMetadata().getUid()).isNotEmpty();
  }

  /** Any user who can create Secrets can add the operator's labels. */
  @Test
  void keepsOnlyMetadataOfForeignSecret(Sandbox sandbox) {
    createSecret(sandbox, "foreign", List.of(), "large", LARGE);

    Secret secret =
        informers.started(sandbox).secrets().find(sandbox.namespace(), "foreign").orElseThrow();

    assertThat(Serialization.asJson(secret)).hasSizeLessThan(1_000);
    assertThat(secret.getMetadata().getLabels()).containsKey("nats_cluster");
  }

  @Test
  void keepsOnlyMetadataInEachWatchedNamespace(Sandbox one, Sandbox two) {
    createSecret(one, "foreign", List.of(), "large", LARGE);
    createSecret(two, "foreign", List.of(), "large", LARGE);
    SharedInformers watching = informers.create(one.client(), one, two);
    informers.start();

    for (Sandbox sandbox : List.of(one, two)) {
      Secret secret = watching.secrets().find(sandbox.namespace(), "foreign").orElseThrow();
      assertThat(Serialization.asJson(secret)).hasSizeLessThan(1_000);
    }
  }

  @Test
  void keepsOnlyConfigurationOfSecretThatClusterOwns(Sandbox sandbox) {
    createSecret(
        sandbox, "config", List.of(owner("NatsCluster")), "large", LARGE, "nats.conf", "Y29uZg==");

    Secret secret =
        informers.started(sandbox).secrets().find(sandbox.namespace(), "config").orElseThrow();

    assertThat(secret.getData()).isEqualTo(Map.of("nats.conf", "Y29uZg=="));
    assertThat(secret.getMetadata().getOwnerReferences()).hasSize(1);
  }

  @Test
  void keepsOnlyTokensOfTokenSecret(Sandbox sandbox) {
    createSecret(
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
        informers
            .started(sandbox)
            .secrets()
            .find(sandbox.namespace(), "a-example-nats-bound-token")
            .orElseThrow();

    assertThat(secret.getData()).containsOnlyKeys("token", "previous");
    assertThat(TokenSecret.tokenIn(secret)).contains("token");
    assertThat(PreviousToken.in(secret).orElseThrow()).as("is cut").hasSize((8 << 10) / 4 * 3);
  }

  /** Any user can create a StatefulSet with such a template. */
  @Test
  void keepsOnlyStateOfServerPod(Sandbox sandbox) {
    sandbox.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %1$s-0
          labels: {app: nats, nats_cluster: %1$s, nats_version: 2.15.3, other: a}
          annotations: {other: "%2$s", nats.io/template: a}
        spec:
          containers: [{name: nats, image: nats, args: ["%2$s"], env: [{name: A, value: "%2$s"}]}]
          volumes: [{name: nats-config, secret: {secretName: a}}]
        """
            .formatted(Manifests.CLUSTER, "a".repeat(200_000)));

    Pod pod =
        informers
            .started(sandbox)
            .serverPods()
            .find(sandbox.namespace(), Manifests.CLUSTER + "-0")
            .orElseThrow();

    assertThat(Serialization.asJson(pod)).hasSizeLessThan(1_000);
    assertThat(new ObservedServer(pod, Optional.empty()).configSecret()).contains("a");
  }

  private static OwnerReference owner(String kind) {
    return new OwnerReferenceBuilder()
        .withApiVersion("nats.io/v1alpha2")
        .withKind(kind)
        .withName("a")
        .withUid("a")
        .build();
  }
}
