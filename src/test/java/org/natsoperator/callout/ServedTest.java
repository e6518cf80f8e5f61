package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.callout.CalloutConnector.Answering;
import org.natsoperator.callout.CalloutConnector.Served;

/** Each connection that is not used has threads, and servers would ask it about logins. */
class ServedTest {

  private static final CalloutKeys KEYS = new CalloutKeys("issuer", "xkey");

  private final AtomicInteger closed = new AtomicInteger();
  private final List<String> queue = new ArrayList<>();
  private final Served served = new Served();

  @Test
  void keepsConnection() {
    served.opened(answering());

    assertThat(closed).hasValue(0);
  }

  @Test
  void closesReplacedConnection() {
    served.opened(answering());
    served.opened(answering());

    assertThat(closed).hasValue(1);
  }

  @Test
  void opensAnotherConnectionAfterOneWasClosed() {
    served.opened(answering());
    served.close();
    served.opened(answering());

    assertThat(closed).hasValue(1);
  }

  @Test
  void closesConnectionAtItsEnd() {
    served.opened(answering());
    served.end();

    assertThat(closed).hasValue(1);
  }

  @Test
  void closesConnectionThatWasOpenedTooLate() {
    served.end();
    served.opened(answering());

    assertThat(closed).hasValue(1);
  }

  @Test
  void leavesAndJoinsTheQueue() {
    served.answer(true);
    assertThat(queue).as("without a connection").isEmpty();

    served.opened(answering());
    served.answer(false);
    served.answer(true);
    assertThat(queue).containsExactly("unsubscribe", "subscribe");
  }

  @Test
  void opensOneConnectionAtATime() {
    assertThat(served.beginConnecting()).isTrue();
    assertThat(served.beginConnecting()).isFalse();
    assertThat(served.isConnecting()).isTrue();
    served.endConnecting();
    assertThat(served.isConnecting()).isFalse();
    assertThat(served.beginConnecting()).isTrue();
  }

  private Answering answering() {
    return new Answering(KEYS, connection(), dispatcher(), "uid");
  }

  private Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, args) ->
                method.getName().equals("close") ? closed.incrementAndGet() : null);
  }

  private Dispatcher dispatcher() {
    return (Dispatcher)
        Proxy.newProxyInstance(
            Dispatcher.class.getClassLoader(),
            new Class<?>[] {Dispatcher.class},
            (self, method, args) -> {
              queue.add(method.getName());
              return null;
            });
  }
}
