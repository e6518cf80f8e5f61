package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.api.ServerInfo;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.server.CalloutReplicas;
import org.natsoperator.testing.Clusters;

class HeartbeatsTest {

  private static final NatsCluster CLUSTER = Clusters.named("beating", "{}");
  private static final ServerInfo SERVER =
      new ServerInfo("{\"server_id\": \"N%s\", \"client_id\": 1}".formatted("A".repeat(55)));

  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  /** Without heartbeats, the other replicas close its connections. */
  @Test
  void goOnAfterAnException() {
    CalloutReplicas replicas =
        new CalloutReplicas() {
          @Override
          public void report(NatsCluster cluster, int count) {
            failures.incrementAndGet();
            throw new IllegalStateException("no place in the queue");
          }
        };
    Heartbeats heartbeats = new Heartbeats(Clock.systemUTC(), replicas);
    try {
      heartbeats.exchange(CLUSTER, connection());

      await().untilAsserted(() -> assertThat(sent).hasValueGreaterThan(2));
      assertThat(failures).hasPositiveValue();
    } finally {
      heartbeats.stop();
    }
  }

  @Test
  void serverThatDoesNotReadDelaysNoOtherCluster() {
    NatsCluster hostile = Clusters.named("hostile", "{size: 1}");
    hostile.getMetadata().setUid("hostile");
    CountDownLatch end = new CountDownLatch(1);
    Heartbeats heartbeats = new Heartbeats(Clock.systemUTC(), new CalloutReplicas());
    try {
      heartbeats.exchange(hostile, connection(() -> await().until(() -> end.getCount() == 0)));
      heartbeats.exchange(CLUSTER, connection());

      await().untilAsserted(() -> assertThat(sent).hasValueGreaterThan(5));
    } finally {
      end.countDown();
      heartbeats.stop();
    }
  }

  private Connection connection() {
    return connection(sent::incrementAndGet);
  }

  private static Connection connection(Runnable onPublish) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, args) ->
                switch (method.getName()) {
                  case "getStatus" -> Connection.Status.CONNECTED;
                  case "getServerInfo" -> SERVER;
                  case "createDispatcher" -> dispatcher();
                  case "createInbox" -> "inbox";
                  case "publish" -> {
                    onPublish.run();
                    yield null;
                  }
                  case "hashCode" -> 1;
                  case "equals" -> self == args[0];
                  default -> null;
                });
  }

  private static Dispatcher dispatcher() {
    return (Dispatcher)
        Proxy.newProxyInstance(
            Dispatcher.class.getClassLoader(),
            new Class<?>[] {Dispatcher.class},
            (self, method, args) -> null);
  }
}
