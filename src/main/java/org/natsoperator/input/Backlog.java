package org.natsoperator.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The messages of one connection that were read and wait for their handler. The connection reads no
 * further ones while they take too much memory, and they wait while the server does not read what
 * the operator sends. So none is lost.
 */
public final class Backlog {

  /** Memory of a message with headers beyond its content, in bytes. */
  private static final int OVERHEAD = 2_000;

  private static final long POLL_MILLIS = 20;

  /** Forgets connections that nothing else refers to. */
  private static final Map<Object, Backlog> BY_CONNECTION =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final List<WeakReference<Dispatcher>> dispatchers = new CopyOnWriteArrayList<>();
  private final AtomicLong handled = new AtomicLong();

  /** What the operator sent. */
  final UnreadBytes unread = new UnreadBytes();

  Backlog() {}

  /**
   * A dispatcher of the connection. Its messages are part of the backlog until they are handled.
   */
  public static Dispatcher dispatcher(Connection connection, MessageHandler handler) {
    return of(connection).newDispatcher(connection, handler);
  }

  /**
   * Publishes a message; see {@link Connection#publish(String, String, byte[])}.
   *
   * @param reply subject for replies; null for none
   */
  public static void publish(Connection connection, String subject, String reply, byte[] content) {
    String line =
        "PUB %s %s%d\r\n".formatted(subject, reply == null ? "" : reply + " ", content.length);
    int length = line.getBytes(UTF_8).length + content.length + "\r\n".length();
    of(connection).unread.queued(length, System.nanoTime());
    connection.publish(subject, reply, content);
  }

  /** Whether the server has not read much of what the operator sent. */
  public static boolean isUnread(Connection connection) {
    return of(connection).isUnread();
  }

  /** The backlog of a connection of the library. */
  static Backlog of(Object connection) {
    return BY_CONNECTION.computeIfAbsent(connection, unknown -> new Backlog());
  }

  /** In bytes. */
  long bytes() {
    long bytes = handled.get();
    for (WeakReference<Dispatcher> reference : dispatchers) {
      Dispatcher waiting = reference.get();
      if (waiting != null) {
        bytes += waiting.getPendingByteCount() + OVERHEAD * waiting.getPendingMessageCount();
      }
    }
    return bytes;
  }

  boolean isUnread() {
    return unread.count(System.nanoTime()) > LastingDataPort.mostUnread();
  }

  private Dispatcher newDispatcher(Connection connection, MessageHandler handler) {
    Dispatcher dispatcher = connection.createDispatcher(message -> handle(message, handler));
    // The connection stops to read before that.
    dispatcher.setPendingLimits(0, 0);
    dispatchers.add(new WeakReference<>(dispatcher));
    return dispatcher;
  }

  private void handle(Message message, MessageHandler handler) throws InterruptedException {
    long bytes = message.consumeByteCount() + OVERHEAD;
    handled.addAndGet(bytes);
    try {
      while (isUnread()) {
        Thread.sleep(POLL_MILLIS);
      }
      handler.onMessage(message);
    } finally {
      handled.addAndGet(-bytes);
    }
  }
}
