package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ForbiddenCreation;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * Another version needs another Secret, which the API server refuses, as it does where a quota is
 * used up.
 */
@OperatorTest
class RefusedRevisionIT {

  private static final String WHY = "no more secrets here";

  @Test
  void serversOfTheOldOneStillHearOfWhoLostHisRights(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(3, "2.15.2"),
        Manifests.serviceAccount("user"),
        Manifests.role("user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("user"));
    Set<String> secrets = sandbox.configs(CLUSTER).keySet();
    try (ForbiddenCreation ban =
        ForbiddenCreation.on(sandbox, "secrets", WHY, () -> createSecret(sandbox))) {
      sandbox.apply(Manifests.cluster(3, "2.10.27"));
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                      .isEqualTo("Refused"));
      assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage()).contains(WHY);
      sandbox.delete(sandbox.role("user"));
      // The copy is not what servers read.
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.configs(CLUSTER))
                      .anySatisfy(
                          (name, file) ->
                              assertThat(file.parse().at("/authorization/users")).hasSize(1)));
      assertThat(sandbox.configs(CLUSTER)).containsOnlyKeys(secrets);
    }
  }

  private static void createSecret(Sandbox sandbox) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withGenerateName("any-")
            .withNamespace(sandbox.namespace())
            .endMetadata()
            .build();
    sandbox.client().resource(secret).create();
  }
}
