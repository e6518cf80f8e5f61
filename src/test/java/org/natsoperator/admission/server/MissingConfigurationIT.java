package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class MissingConfigurationIT {

  /** A cluster administrator can disable one of the two webhooks by deleting its configuration. */
  @Test
  void keepsOtherConfigurationWorkingIfOneIsDeleted(Sandbox sandbox) {
    String name = sandbox.namespace();
    var validating =
        sandbox
            .client()
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(name);
    var mutating =
        sandbox
            .client()
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(name);
    try (Replica replica = Replica.start(name, name, "operator.webhooks.shutdown-delay=0s");
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.CLUSTERS)) {
      await().until(replica::isReady);
      mutating.delete();
      await().during(Duration.ofSeconds(3)).until(replica::isReady);
      String trusted = bundle(validating);
      validating.edit(
          other -> {
            other.getWebhooks().getFirst().getClientConfig().setCaBundle(null);
            return other;
          });
      await().untilAsserted(() -> assertThat(bundle(validating)).isEqualTo(trusted));
      await().until(replica::isReady);
      assertThat(mutating.get()).isNull();
    }
  }

  private static String bundle(Resource<ValidatingWebhookConfiguration> configuration) {
    return configuration.get().getWebhooks().getFirst().getClientConfig().getCaBundle();
  }
}
