package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A role loses a subject while its client publishes on it in a loop. */
@OperatorTest
class NarrowedRoleIT {

  private static final Logger LOG = LoggerFactory.getLogger(NarrowedRoleIT.class);

  /** Without the role's event, the next list of connections would end them after 30 seconds. */
  private static final Duration PROMISE = Duration.ofSeconds(5);

  private final AtomicLong disconnected = new AtomicLong();
  private final AtomicLong reconnected = new AtomicLong();
  private volatile boolean publishing = true;

  /** The messages that pass before the connection ends are logged. */
  @Test
  void connectionEndsSoonAndNothingPassesAfterwards(Sandbox sandbox) throws Exception {
    ProjectedCluster cluster = ProjectedCluster.start(sandbox);
    try (NatsClient witness = witness(sandbox, cluster);
        Connection client = client(cluster)) {
      List<String> received = witness.listenTo("foo");
      Thread publisher = Thread.ofPlatform().start(() -> publish(client));
      disconnected.set(0);
      await().until(() -> received.size() > 100);

      sandbox.apply(Manifests.role(USER, "bar"));
      long changed = System.nanoTime();

      Stopwatch.within(PROMISE, () -> assertThat(disconnected.get()).isNotZero());
      await().atMost(Duration.ofMinutes(2)).until(() -> reconnected.get() > 0);
      Thread.sleep(Duration.ofMillis(500));
      publishing = false;
      publisher.join();
      client.flush(Duration.ofMinutes(1));
      assertThat(sentAfter(disconnected.get(), received)).isEmpty();
      LOG.atInfo()
          .addKeyValue("messages", sentAfter(changed, received).size())
          .addKeyValue("milliseconds", Duration.ofNanos(disconnected.get() - changed).toMillis())
          .log("Messages passed after the role changed");
    } finally {
      cluster.close();
    }
  }

  private static List<Long> sentAfter(long time, List<String> received) {
    return received.stream().map(Long::valueOf).filter(sent -> sent - time > 0).toList();
  }

  private static NatsClient witness(Sandbox sandbox, ProjectedCluster cluster) {
    sandbox.apply(
        Manifests.serviceAccount("admin"),
        Manifests.role("admin", ">"),
        PodTokens.pod("admin", "admin"));
    String admin = PodTokens.of(sandbox, "admin", "admin");
    await().untilAsserted(() -> assertThat(cluster.login(admin)).isEqualTo(WELCOME));
    return cluster.client("any", admin);
  }

  private Connection client(ProjectedCluster cluster) throws Exception {
    Options options =
        Options.builder()
            .server(cluster.server().url())
            .userInfo("any", cluster.podToken(POD))
            .maxReconnects(-1)
            .reconnectWait(Duration.ofMillis(10))
            .reconnectBufferSize(0)
            .errorListener(new ErrorListener() {})
            .connectionListener((connection, event) -> note(event))
            .build();
    return await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> Nats.connect(options), Objects::nonNull);
  }

  private void note(Events event) {
    if (event == Events.DISCONNECTED) {
      disconnected.compareAndSet(0, System.nanoTime());
    } else if (event == Events.RECONNECTED) {
      reconnected.compareAndSet(0, System.nanoTime());
    }
  }

  /** Each message contains its time. */
  private void publish(Connection client) {
    while (publishing) {
      try {
        client.publish("foo", Long.toString(System.nanoTime()).getBytes(US_ASCII));
        Thread.sleep(1);
      } catch (IllegalStateException notConnected) {
        Thread.onSpinWait();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
