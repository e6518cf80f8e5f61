package org.natsoperator.bench;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A typical client: it uses the address of the Service, reconnects, and sends a request every few
 * milliseconds.
 */
final class SteadyClient implements AutoCloseable {

  private static final String SUBJECT = "greetings";
  private static final String QUEUE = "hosts";
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int PAUSE_MILLIS = 20;
  private static final int PAUSE_BEFORE_SECOND_MILLIS = 200;

  private final Connection connection;
  private volatile boolean stopped;
  private int sent;
  private int unanswered;
  private int withoutResponder;
  private int failedTwice;

  SteadyClient(String service, String user, String token) throws IOException, InterruptedException {
    connection =
        Nats.connect(
            Options.builder()
                .server("nats://" + service + ":4222")
                .userInfo(user, token)
                // Ignores lost connections, which are expected here.
                .errorListener(new ErrorListener() {})
                .build());
  }

  String server() {
    return connection.getServerInfo().getServerName();
  }

  /** Answers requests, as one member of a queue group. */
  void respond() throws Exception {
    connection
        .createDispatcher(request -> connection.publish(request.getReplyTo(), request.getData()))
        .subscribe(SUBJECT, QUEUE);
    connection.flush(TIMEOUT);
  }

  /** Sends requests until it is stopped. Each failed request is repeated once. */
  void request() throws InterruptedException {
    while (!stopped) {
      sent++;
      if (!answered() && !answered()) {
        failedTwice++;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  /**
   * Without a response a request times out. If there is no responder, the server reports this
   * immediately.
   */
  private boolean answered() throws InterruptedException {
    long start = System.nanoTime();
    if (connection.request(SUBJECT, new byte[0], TIMEOUT) != null) {
      return true;
    }
    if (Times.since(start) < TIMEOUT.toSeconds()) {
      withoutResponder++;
      TimeUnit.MILLISECONDS.sleep(PAUSE_BEFORE_SECOND_MILLIS);
    } else {
      unanswered++;
    }
    return false;
  }

  void stop() {
    stopped = true;
  }

  int sent() {
    return sent;
  }

  int unanswered() {
    return unanswered;
  }

  int failedTwice() {
    return failedTwice;
  }

  int withoutResponder() {
    return withoutResponder;
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
  }
}
