package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;

/** Replicas that write concurrently do not overwrite each other's changes. */
@ExtendWith(ApiServer.class)
class CertificateStoreIT {

  private static final CertificateCodec CODEC = new CertificateCodec();

  @Test
  void creatingExistingSecretFailsWithConflict(Sandbox sandbox) {
    CertificateStore store = started(sandbox);
    assertThat(store.files()).contains(CertificateFiles.NONE);
    CertificateFiles others = files();
    sandbox.client().resource(secret(sandbox, others)).create();
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThatThrownBy(() -> store.write(files()))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    await().untilAsserted(() -> assertThat(store.files()).contains(others));
    store.stop();
  }

  @Test
  void updateOfOutdatedSecretFailsWithConflict(Sandbox sandbox) {
    CertificateStore store = started(sandbox);
    store.write(files());
    await().until(() -> store.files().orElseThrow().serving().isPresent());
    CertificateFiles others = files();
    sandbox.client().resource(secret(sandbox, others)).update();
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThatThrownBy(() -> store.write(files()))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    await().untilAsserted(() -> assertThat(store.files()).contains(others));
    CertificateFiles ours = files();
    store.write(ours);
    await().until(() -> store.files().orElseThrow().equals(ours));
    store.stop();
  }

  private static CertificateStore started(Sandbox sandbox) {
    var operator = OperatorPropertiesFixture.watching().namespace(sandbox.namespace()).build();
    CertificateStore store =
        new CertificateStore(
            sandbox.client(), CODEC, operator, Observation.settings(true, List.of("a")));
    store.start(() -> {});
    await().until(() -> store.files().isPresent());
    return store;
  }

  private static CertificateFiles files() {
    return Observation.generated(Instant.now());
  }

  private static Secret secret(Sandbox sandbox, CertificateFiles files) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(sandbox.namespace())
        .withName("a")
        .endMetadata()
        .withData(CODEC.writeSecret(files))
        .build();
  }
}
