package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class WarmUpIT {

  private static final String AT_ONCE = "operator.webhooks.lingering=0s";

  @Test
  void a_replica_has_called_itself_before_others_may(Sandbox sandbox) throws Exception {
    String name = sandbox.namespace();
    try (Replica replica = Replica.start(name, name, AT_ONCE)) {
      OwnCall call = replica.context().getBean(OwnCall.class);
      await().until(() -> replica.context().getBean(WarmUp.class).isOver());
      assertThat(replica.meters().find("nats.operator.webhook.requests").counters()).as("the metrics tell of others alone").isEmpty();
      call.send(replica.port());
      try (Replica other = Replica.start(name, name + "-other", AT_ONCE)) {
        await().until(() -> other.context().getBean(WarmUp.class).isOver());
        assertThatThrownBy(() -> call.send(other.port())).isInstanceOf(IOException.class).hasMessageContaining("somebody else");
      }
    }
  }
}
