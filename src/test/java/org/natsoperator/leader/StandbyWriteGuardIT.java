package org.natsoperator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.WebhookPropertiesFixture;

@ExtendWith(ApiServer.class)
class StandbyWriteGuardIT {

  private final Leadership leadership = new Leadership();
  private String namespace;
  private KubernetesClient client;

  @BeforeEach
  void connect(Sandbox sandbox) {
    namespace = sandbox.namespace();
    StandbyWriteGuard guard =
        new StandbyWriteGuard(
            leadership,
            OperatorPropertiesFixture.watching().namespace(namespace).build(),
            WebhookPropertiesFixture.enabled().build());
    client =
        new KubernetesClientBuilder()
            .withConfig(sandbox.client().getConfiguration())
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("leader", guard))
            .build();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void rejectsWritesOfStandby() {
    HasMetadata object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("a")
            .withNamespace(namespace)
            .endMetadata()
            .build();
    assertRejected(() -> client.resource(object).create());
    leadership.renewed(System.nanoTime());
    client.resource(object).create();
    leadership.end();
    assertRejected(() -> client.resource(object).serverSideApply());
    assertRejected(() -> client.resource(object).patch());
    assertRejected(() -> client.resource(object).update());
    assertRejected(() -> client.resource(object).delete());
    assertThat(client.configMaps().inNamespace(namespace).withName("a").get()).isNotNull();
  }

  @Test
  void standbyMayWriteLeaseAndCertificates() {
    var lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(LeaderLease.NAME)
            .withNamespace(namespace)
            .endMetadata()
            .build();
    client.resource(lease).create();
    Secret secret = secret(namespace, WebhookPropertiesFixture.enabled().build().secret());
    client.resource(secret).create();
    client.resource(secret).update();
    assertThat(client.secrets().inNamespace(namespace).list().getItems()).hasSize(1);
  }

  @Test
  void standbyMayAskAboutTokens() {
    var review = new TokenReviewBuilder().withNewSpec().withToken("a").endSpec().build();
    assertThat(client.tokenReviews().create(review).getStatus().getError()).isNotEmpty();
  }

  @Test
  void rejectsOtherSecretsOfStandby() {
    assertRejected(() -> client.resource(secret("default", "other")).create());
    assertRejected(() -> client.resource(secret(namespace, "other")).serverSideApply());
    assertRejected(() -> client.resource(secret(namespace, "other")).delete());
  }

  private static Secret secret(String inNamespace, String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(inNamespace)
        .endMetadata()
        .build();
  }

  private static void assertRejected(Runnable write) {
    assertThatThrownBy(write::run)
        .isInstanceOf(KubernetesClientException.class)
        .hasStackTraceContaining("not the leader");
  }
}
