package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.server.Replica;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class WebhookWarmupIT {

  private static final String REQUESTS = "nats.operator.webhook.requests";

  @Test
  void metricsCountOnlyRequestsOfApiServers(Sandbox sandbox) throws Exception {
    String name = sandbox.namespace();
    try (Replica replica = Replica.start(name, name, "operator.webhooks.shutdown-delay=0s")) {
      assertThat(replica.context().getBeansOfType(WebhookWarmup.class)).hasSize(1);
      assertThat(replica.meters().find(REQUESTS).counters()).isEmpty();
      assertThat(replica.meters().find("nats.operator.injections").counters()).isEmpty();
      replica.awaitAnswers(sandbox);
      // A request is counted after its response.
      await()
          .untilAsserted(() -> assertThat(replica.meters().find(REQUESTS).counters()).hasSize(1));
    }
  }
}
