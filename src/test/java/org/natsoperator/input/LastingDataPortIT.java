package org.natsoperator.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.FloodingServers;
import org.natsoperator.testing.NatsServer;

class LastingDataPortIT {

  private static final String SUBJECT = "any";
  private static final int MESSAGES = 200;
  private static final byte[] CONTENT = new byte[100_000];

  /** Twice what may wait, in bytes. */
  private static final long LIMIT = 4 << 20;

  /** They have 20 MB. */
  @Test
  void readsAllMessagesButFewBeforeTheyAreHandled() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    try (NatsServer server = NatsServer.start("2.15.3", JsonNodeFactory.instance.objectNode());
        Connection receiver =
            Nats.connect(
                Options.builder()
                    .server(server.url())
                    .dataPortType(LastingDataPort.class.getName())
                    .build());
        Connection sender = Nats.connect(server.url())) {
      Backlog.dispatcher(
              receiver,
              message -> {
                handling.await();
                handled.incrementAndGet();
              })
          .subscribe(SUBJECT);
      receiver.flush(Duration.ofSeconds(10));
      for (int i = 0; i < MESSAGES; i++) {
        sender.publish(SUBJECT, CONTENT);
      }
      await().until(() -> Backlog.of(receiver).bytes() > CONTENT.length);
      await()
          .during(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(Backlog.of(receiver).bytes()).isLessThan(LIMIT));

      handling.countDown();

      await().untilAsserted(() -> assertThat(handled).hasValue(MESSAGES));
      assertThat(receiver.getStatistics().getDroppedCount()).isZero();
      await().untilAsserted(() -> assertThat(Backlog.of(receiver).bytes()).isZero());
    }
  }

  @Test
  void handlesNothingMoreWhileTheServerDoesNotRead() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    try (FloodingServers servers = FloodingServers.startDeaf("any")) {
      Connection connection =
          Nats.connect(
              Options.builder()
                  .server(servers.url())
                  .dataPortType(LastingDataPort.class.getName())
                  .build());
      Backlog.dispatcher(
              connection,
              message -> {
                Backlog.publish(connection, "answer", null, CONTENT);
                handled.incrementAndGet();
              })
          .subscribe(SUBJECT);

      AtomicInteger before = new AtomicInteger();
      // First the buffers of the system fill, some MB, and then the queue of the connection.
      await()
          .during(Duration.ofSeconds(1))
          .until(
              () -> {
                int count = handled.get();
                return Backlog.isUnread(connection) && before.getAndSet(count) == count;
              });
      assertThat(handled.get()).isBetween(1, MESSAGES);
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(
              () -> {
                try {
                  connection.close();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      await().until(closed::isDone);
    }
  }
}
