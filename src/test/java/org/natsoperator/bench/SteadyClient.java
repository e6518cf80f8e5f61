package org.natsoperator.bench;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A client as most are: it knows the Service's address, comes back by itself, and makes a request
 * every few milliseconds.
 */
final class SteadyClient implements AutoCloseable {

  private static final String SUBJECT = "greetings";
  private static final String QUEUE = "hosts";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int PAUSE_MILLIS = 20;
  private static final int PAUSE_BEFORE_SECOND_MILLIS = 200;

  private final Connection connection;
  private volatile boolean stopped;
  private int made;
  private int unanswered;
  private int withoutResponder;
  private int inVain;

  SteadyClient(String service, String user, String token) throws IOException, InterruptedException {
    connection =
        Nats.connect(
            Options.builder()
                .server("nats://" + service + ":4222")
                .userInfo(user, token)
                // Says nothing of lost connections, which are what is wanted here.
                .errorListener(new ErrorListener() {})
                .build());
  }

  String server() {
    return connection.getServerInfo().getServerName();
  }

  /** Answers requests, in turn with others that do. */
  void respond() throws Exception {
    connection
        .createDispatcher(request -> connection.publish(request.getReplyTo(), request.getData()))
        .subscribe(SUBJECT, QUEUE);
    connection.flush(PATIENCE);
  }

  /** Makes requests until it is stopped, and one that failed a second time. */
  void request() throws InterruptedException {
    while (!stopped) {
      made++;
      if (!answered() && !answered()) {
        inVain++;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  /**
   * Without an answer a request waits in vain; that there is nobody to give one is told at once.
   */
  private boolean answered() throws InterruptedException {
    long start = System.nanoTime();
    if (connection.request(SUBJECT, new byte[0], PATIENCE) != null) {
      return true;
    }
    if (Times.since(start) < PATIENCE.toSeconds()) {
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

  int made() {
    return made;
  }

  int unanswered() {
    return unanswered;
  }

  int inVain() {
    return inVain;
  }

  int withoutResponder() {
    return withoutResponder;
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
  }
}
