package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Message;
import java.lang.reflect.Proxy;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clusters;

class LoginHandlerTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LoginHandler handler =
      new LoginHandler(null, new CalloutMetrics(meters), Clock.systemUTC());

  /** It takes no place. Its header counts, too. */
  @Test
  void ignoresLargeMessageAtOnce() {
    handler.handle(Clusters.walkthrough("2.15.3"), null, null, message((64 << 10) + 1));

    assertThat(meters.get("nats.operator.callout.ignored").tag("reason", "size").counter().count())
        .isEqualTo(1);
    assertThat(meters.find("nats.operator.callout.decisions").counter()).isNull();
  }

  private static Message message(long bytes) {
    return (Message)
        Proxy.newProxyInstance(
            Message.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (self, method, args) -> method.getName().equals("consumeByteCount") ? bytes : null);
  }
}
