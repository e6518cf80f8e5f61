package org.natsoperator.bench;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A client as most are: it knows the Service's address, comes back by itself, and makes a request every few milliseconds. */
final class SteadyClient implements AutoCloseable {

  private static final String SUBJECT = "greetings";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int PAUSE_MILLIS = 10;

  private final Connection connection;
  private volatile boolean stopped;
  private int made;
  private int unanswered;
  private int withoutResponder;

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

  /** Answers the requests of others. */
  void respond() throws Exception {
    connection
        .createDispatcher(request -> connection.publish(request.getReplyTo(), request.getData()))
        .subscribe(SUBJECT);
    connection.flush(PATIENCE);
  }

  /** Makes requests until it is stopped. */
  void request() throws InterruptedException {
    while (!stopped) {
      long start = System.nanoTime();
      Message answer = connection.request(SUBJECT, new byte[0], PATIENCE);
      made++;
      if (answer == null) {
        count(Duration.ofNanos(System.nanoTime() - start));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  /** Without an answer a request waits in vain; that there is nobody to give one is told at once. */
  private void count(Duration waited) {
    if (waited.compareTo(PATIENCE) < 0) {
      withoutResponder++;
    } else {
      unanswered++;
    }
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

  int withoutResponder() {
    return withoutResponder;
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
  }
}
