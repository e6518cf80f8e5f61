package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

/**
 * A client that finds out its permissions by using them. A second client with all permissions is
 * its witness.
 */
public final class NatsClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** The client library waits for this time if the server does not answer. */
  private static final Duration LOGIN = Duration.ofSeconds(15);

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final String PUBLISH_VIOLATION = "permissions violation for publish";

  /** The result of an attempt. */
  public enum Verdict {
    /** The message was really delivered. */
    ALLOWED,
    /** The message was not delivered, and the server reported a permissions violation. */
    REFUSED
  }

  private final Connection connection;
  private final ReportedErrors errors;

  private NatsClient(Connection connection, ReportedErrors errors) {
    this.connection = connection;
    this.errors = errors;
  }

  /** Logs in. {@link Login} is for logins that the server should reject. */
  public static NatsClient login(NatsServer server, String user, String password)
      throws IOException {
    return login(server.url(), user, password);
  }

  /** Logs in to the server at this address. */
  public static NatsClient login(String url, String user, String password) throws IOException {
    return connect(options(url).userInfo(user, password));
  }

  /** Publishes a message and checks whether the witness receives it. */
  public Verdict publish(String subject, NatsClient witness) {
    errors.clear();
    Subscription seen = witness.connection.subscribe(subject);
    witness.flush();
    connection.publish(subject, bytes("attempt"));
    flush();
    witness.connection.publish(subject, bytes("marker"));
    boolean delivered = text(first(seen)).equals("attempt");
    if (delivered) {
      // jnats closes a connection that unsubscribes while a message arrives.
      next(seen, TIMEOUT);
    }
    seen.unsubscribe();
    return verdict(delivered, PUBLISH_VIOLATION);
  }

  /**
   * Subscribes to {@code subject} or {@code subject queue}, and checks whether a message of the
   * witness arrives.
   */
  public Verdict subscribe(String entry, NatsClient witness) {
    errors.clear();
    String[] parts = entry.split(" ");
    Subscription subscription =
        parts.length == 1 ? connection.subscribe(entry) : connection.subscribe(parts[0], parts[1]);
    flush();
    witness.connection.publish(subjectThatMatches(parts[0]), bytes("attempt"));
    witness.flush();
    flush();
    boolean delivered = next(subscription, AT_ONCE) != null;
    subscription.unsubscribe();
    flush();
    return verdict(delivered, "permissions violation for subscription");
  }

  /** Replies to a request of the witness and checks whether the reply arrives. */
  public Verdict reply(String service, String replyTo, NatsClient witness) {
    errors.clear();
    Subscription requests = connection.subscribe(service);
    flush();
    Subscription replies = witness.connection.subscribe(replyTo);
    witness.flush();
    witness.connection.publish(service, replyTo, bytes("request"));
    connection.publish(next(requests, TIMEOUT).getReplyTo(), bytes("reply"));
    flush();
    witness.flush();
    boolean delivered = next(replies, AT_ONCE) != null;
    requests.unsubscribe();
    replies.unsubscribe();
    return verdict(delivered, PUBLISH_VIOLATION);
  }

  /** The messages that arrive on a subject from now on. */
  public List<String> listenTo(String subject) {
    List<String> heard = new CopyOnWriteArrayList<>();
    connection.createDispatcher(message -> heard.add(text(message))).subscribe(subject);
    flush();
    return heard;
  }

  /**
   * Waits until a server has closed the connection. The operator must not need its next list of
   * connections, after 30 seconds.
   */
  public void awaitClosed() {
    await().atMost(Duration.ofSeconds(20)).until(() -> !isConnected());
  }

  /** Returns true if this client is connected. */
  public boolean isConnected() {
    return connection.getStatus() == Connection.Status.CONNECTED;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Verdict verdict(boolean delivered, String violation) {
    if (delivered) {
      if (!errors.isEmpty()) {
        throw new AssertionError("delivered, and yet " + errors);
      }
      return Verdict.ALLOWED;
    }
    await(violation)
        .atMost(TIMEOUT)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .until(() -> isReported(violation));
    return Verdict.REFUSED;
  }

  private boolean isReported(String violation) {
    return errors.contain(violation);
  }

  /**
   * After this call the server has handled all earlier messages, and its responses have arrived.
   */
  private void flush() {
    try {
      connection.flush(TIMEOUT);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the server does not answer: %s, connection %s, %s"
              .formatted(e.getMessage(), connection.getStatus(), errors),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static NatsClient connect(Options.Builder options) throws IOException {
    ReportedErrors errors = new ReportedErrors();
    try {
      return new NatsClient(Nats.connect(options.errorListener(errors).build()), errors);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Servers before 2.2 do not support headers and "no responders". */
  private static Options.Builder options(String url) {
    return Options.builder()
        .server(url)
        .supportUTF8Subjects()
        .noHeaders()
        .noNoResponders()
        .noReconnect()
        .connectionTimeout(LOGIN);
  }

  /** The attempt or the marker; null if the witness may not publish the marker either. */
  private Message first(Subscription seen) {
    Message first = null;
    long start = System.nanoTime();
    while (first == null
        && !isReported(PUBLISH_VIOLATION)
        && System.nanoTime() - start < TIMEOUT.toNanos()) {
      first = next(seen, POLL);
    }
    return first;
  }

  private static Message next(Subscription subscription, Duration timeout) {
    try {
      return subscription.nextMessage(timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String subjectThatMatches(String subscribed) {
    return String.join(
        ".", List.of(subscribed.split("\\.")).stream().map(NatsClient::literal).toList());
  }

  private static String literal(String token) {
    return switch (token) {
      case "*" -> "x";
      case ">" -> "x.y";
      default -> token;
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Message message) {
    return message == null ? "nothing" : new String(message.getData(), StandardCharsets.UTF_8);
  }
}
