package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Sandbox;

/** A real API server calls a replica; the responses reach the user. */
@LongTest
@ExtendWith(ApiServer.class)
class ApiServerCallsIT {

  private static final String AT_ONCE = "operator.webhooks.shutdown-delay=0s";

  @Test
  void patchesAndErrorsReachUser(Sandbox sandbox) {
    String name = sandbox.namespace();
    try (ConfigMaps maps = ConfigMaps.in(sandbox);
        Replica replica = Replica.start(name, name, AT_ONCE);
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.ROLES)) {
      ours.awaitCalls(maps, replica, replica, WebhookPaths.ROLES);
      assertThat(maps.create(ConfigMaps.PATCHED).getMetadata().getAnnotations())
          .containsEntry("reviewed", "yes");
      KubernetesClientException refused =
          catchThrowableOfType(
              KubernetesClientException.class, () -> maps.create(ConfigMaps.REFUSED));
      assertThat(refused.getCode()).isEqualTo(422);
      assertThat(refused.getStatus().getReason()).isEqualTo("Invalid");
      assertThat(refused.getStatus().getMessage()).contains("data.a: is odd; data.b: is missing");
      assertThat(refused.getStatus().getDetails().getCauses())
          .extracting(StatusCause::getField)
          .containsExactly("data.a", "data.b");
      assertThat(
              sandbox.kubectlApply(
                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {case: refused}}"))
          .contains("data.a: is odd", "data.b: is missing");
    }
  }

  @Test
  void largeObjectsAreReviewed(Sandbox sandbox) {
    String name = sandbox.namespace();
    try (ConfigMaps maps = ConfigMaps.in(sandbox);
        Replica replica = Replica.start(name, name, AT_ONCE);
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.CLUSTERS)) {
      ours.awaitCalls(maps, replica, replica, WebhookPaths.CLUSTERS);
      Map<String, String> data = Map.of("large", "x".repeat(700_000));
      assertThatCode(() -> IntStream.range(0, 40).parallel().forEach(i -> createLarge(maps, data)))
          .doesNotThrowAnyException();
    }
  }

  /** The replica rejects a body that takes two seconds. Then this machine has paused. */
  private static void createLarge(ConfigMaps maps, Map<String, String> data) {
    for (int attempt = 1; true; attempt++) {
      long start = System.nanoTime();
      try {
        maps.create(ConfigMaps.PATCHED, data);
        return;
      } catch (KubernetesClientException e) {
        if (attempt == 10 || System.nanoTime() - start < TimeUnit.SECONDS.toNanos(2)) {
          throw e;
        }
      }
    }
  }
}
