package org.natsoperator.bench;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of one given server. It does not reconnect. */
final class ServerClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Connection connection;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile String rejected = "";

  ServerClient(String address, String user, String token) throws IOException, InterruptedException {
    connection =
        Nats.connect(
            Options.builder()
                .server("nats://" + address + ":4222")
                .userInfo(user, token)
                .noReconnect()
                .connectionListener((ignored, event) -> noteClosing(event.name()))
                .errorListener(
                    new ErrorListener() {
                      @Override
                      public void errorOccurred(Connection source, String error) {
                        rejected = error;
                      }
                    })
                .build());
  }

  /**
   * Returns true if the server accepts a subscription. A rejection arrives before the reply to the
   * flush.
   */
  boolean maySubscribe(String subject) throws TimeoutException, InterruptedException {
    connection.subscribe(subject);
    connection.flush(TIMEOUT);
    // The listener runs in its own thread, a moment later.
    TimeUnit.MILLISECONDS.sleep(3);
    return !rejected.contains("\"" + subject + "\"") || clearRejection();
  }

  private boolean clearRejection() {
    rejected = "";
    return false;
  }

  void awaitClosed() throws InterruptedException {
    if (!closed.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("a client whose role was deleted is still connected");
    }
  }

  private void noteClosing(String event) {
    if (event.equals("DISCONNECTED") || event.equals("CLOSED")) {
      closed.countDown();
    }
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
  }
}
