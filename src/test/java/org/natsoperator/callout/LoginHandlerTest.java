package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Message;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.protocol.CalloutReader;
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

  /** A server can be any program, and nothing is worth a decision that it cannot receive. */
  @Test
  void ignoresRequestWithoutReplySubject() {
    handler.handle(Clusters.walkthrough("2.15.3"), null, null, message(3_000, null));

    assertThat(
            meters.get("nats.operator.callout.ignored").tag("reason", "content").counter().count())
        .isEqualTo(1);
  }

  /** Its client has given up. */
  @Test
  void doesNotDecideAboutRequestThatWaitedTooLong() {
    LoginHandler slow = new LoginHandler(null, new CalloutMetrics(meters), steppingClock());

    slow.handle(Clusters.walkthrough("2.15.3"), null, null, message(3_000));

    await()
        .untilAsserted(
            () ->
                assertThat(
                        meters
                            .get("nats.operator.callout.decisions")
                            .tag("reason", "overloaded")
                            .counter()
                            .count())
                    .isEqualTo(1));
  }

  private static Message message(long bytes) {
    return message(bytes, "reply");
  }

  private static Message message(long bytes, String replyTo) {
    return (Message)
        Proxy.newProxyInstance(
            Message.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (self, method, args) ->
                switch (method.getName()) {
                  case "consumeByteCount" -> bytes;
                  case "getReplyTo" -> replyTo;
                  default -> null;
                });
  }

  /** Between two readings, a request becomes too old. */
  private static Clock steppingClock() {
    AtomicInteger readings = new AtomicInteger();
    Duration step = CalloutReader.MAX_AGE.plusMillis(1);
    return ((InstantSource) () -> Instant.EPOCH.plus(step.multipliedBy(readings.incrementAndGet())))
        .withZone(ZoneOffset.UTC);
  }
}
