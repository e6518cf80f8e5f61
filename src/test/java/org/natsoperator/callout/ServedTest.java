package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.callout.CalloutConnector.Answering;
import org.natsoperator.callout.CalloutConnector.Served;

/** Each connection that is not used has threads, and servers would ask it about logins. */
class ServedTest {

  private static final CalloutKeys KEYS = new CalloutKeys("issuer", "xkey");

  private final AtomicInteger closed = new AtomicInteger();
  private final Served served = new Served();

  @Test
  void keepsConnection() {
    served.opened(new Answering(KEYS, connection()));

    assertThat(closed).hasValue(0);
  }

  @Test
  void closesReplacedConnection() {
    served.opened(new Answering(KEYS, connection()));
    served.opened(new Answering(KEYS, connection()));

    assertThat(closed).hasValue(1);
  }

  @Test
  void opensAnotherConnectionAfterOneWasClosed() {
    served.opened(new Answering(KEYS, connection()));
    served.close();
    served.opened(new Answering(KEYS, connection()));

    assertThat(closed).hasValue(1);
  }

  @Test
  void closesConnectionAtItsEnd() {
    served.opened(new Answering(KEYS, connection()));
    served.end();

    assertThat(closed).hasValue(1);
  }

  @Test
  void closesConnectionThatWasOpenedTooLate() {
    served.end();
    served.opened(new Answering(KEYS, connection()));

    assertThat(closed).hasValue(1);
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

  private Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, args) ->
                method.getName().equals("close") ? closed.incrementAndGet() : null);
  }
}
