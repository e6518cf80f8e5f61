package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** A token Secret that is changed, or left by a crash, during a rotation. */
@LongTest
@OperatorTest
class DisturbedRotationIT {

  private Sandbox sandbox;
  @AutoClose private RotatedRole role;

  @BeforeEach
  void createBoundRole(Sandbox fresh) {
    sandbox = fresh;
    role = new RotatedRole(fresh);
  }

  @Test
  void completesInterruptedRotation() {
    role.edit(
        secret ->
            new SecretBuilder(secret)
                .addToData("previous", secret.getData().get("token"))
                .editMetadata()
                .addToAnnotations(
                    "nats.io/previous-since", Instant.now().minusSeconds(60).toString())
                .endMetadata()
                .build());
    await().untilAsserted(() -> assertThat(role.data()).containsOnlyKeys("token"));
    assertThat(role.token()).isEqualTo(role.old());
    role.assertTokenStays(role.old());
  }

  @Test
  void removesPlantedPreviousTokenWithoutUsingIt() {
    String planted = sandbox.token("another", CLUSTER).orElseThrow();
    for (String since :
        List.of("", Instant.now().toString(), Instant.now().plusSeconds(3600).toString())) {
      role.edit(
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
                assertThat(role.data()).containsOnlyKeys("token");
              });
    }
    role.assertTokenStays(role.old());
  }

  @Test
  void tamperedTokenIsReplacedWithPreviousToken() {
    role.requestReissue("1");
    role.awaitBothTokens();
    role.edit(secret -> new SecretBuilder(secret).addToStringData("token", "made-up").build());
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(role.password()).isNotIn(role.old(), "made-up").isEqualTo(role.token()));
    assertThat(role.data()).containsOnlyKeys("token");
  }

  @Test
  void recreatedServiceAccountInvalidatesBothTokens() {
    role.requestReissue("1");
    role.awaitBothTokens();
    String issued = role.token();
    sandbox.delete(sandbox.serviceAccount("nats-user"));
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(role.password()).isNotIn(role.old(), issued).isEqualTo(role.token()));
    assertThat(role.data()).containsOnlyKeys("token");
  }

  @Test
  void editOfSecretAnnotationCausesAtMostOneReissue() {
    role.requestReissue("1");
    await().untilAsserted(() -> assertThat(role.password()).isNotEqualTo(role.old()));
    String first = role.token();
    role.edit(
        secret ->
            new SecretBuilder(secret)
                .editMetadata()
                .addToAnnotations("nats.io/reissued", "by hand")
                .endMetadata()
                .build());
    await().untilAsserted(() -> assertThat(role.password()).isNotIn(role.old(), first));
    role.assertTokenStays(role.token());
  }

  private void assertNotPassword(String planted) {
    assertThat(role.password()).isNotEqualTo(planted);
  }
}
