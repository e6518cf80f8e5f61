package org.natsoperator.input;

import io.nats.client.impl.SocketDataPort;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection that stays, to a server that may be any program. It limits each line and message.
 * All connections of this type share one rate, and the memory for messages that are not handled
 * yet. It is public since the client creates it by its class name.
 */
public final class LastingDataPort extends SocketDataPort {

  /** The server answers pings more often than this, and so a read never waits longer. */
  public static final Duration LONGEST_READ = Duration.ofSeconds(15);

  /** Messages of all connections, in bytes; another such part of the heap is for long ones. */
  private static final long MOST_WAITING = Runtime.getRuntime().maxMemory() / 16;

  private static final long LEAST_WAITING_OF_CONNECTION = 64 << 10;
  private static final long MOST_WAITING_OF_CONNECTION = 2 << 20;

  private static final int BYTES_OF_PONG = "PONG\r\n".length();

  /** Between two writes; nats-server sends one in two minutes. */
  private static final int MOST_PINGS = 500;

  private static final long POLL_MILLIS = 5;

  private static final InputRate RATE = new InputRate(System.nanoTime());
  private static final LongMessages LONG = new LongMessages(MOST_WAITING, Duration.ofSeconds(5));

  /** What servers do not read, of all connections, in bytes. The client needs twice as much. */
  private static final long MOST_UNREAD = Runtime.getRuntime().maxMemory() / 16;

  /** The longest answer to a login has some 240,000 bytes. */
  private static final long LEAST_UNREAD_OF_CONNECTION = 256 << 10;

  private static final long MOST_UNREAD_OF_CONNECTION = 4 << 20;

  /** In bytes. One read must not contain many of the shortest messages. */
  private static final int MOST_AT_ONCE = 4 << 10;

  private final LongMessages.OfConnection longMessages = LONG.new OfConnection(this::isIdle);
  private final ProtocolLimiter limiter = ProtocolLimiter.endless(new Events());
  private final InputRate.Share share = RATE.newShare(System.nanoTime());
  private final AtomicInteger pings = new AtomicInteger();
  private volatile Backlog backlog;
  private volatile boolean closed;
  private long pause;

  /** Waits first, while the operator handles what was read, and after bytes that are too many. */
  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    longMessages.pause(awaitTurn());
    longMessages.check();
    int read = super.read(destination, offset, Math.min(length, MOST_AT_ONCE));
    longMessages.check();
    limiter.said(destination, offset, read);
    pause = RATE.pauseAfter(read, share, System.nanoTime());
    return read;
  }

  @Override
  public void write(byte[] content, int length) throws IOException {
    backlog().unread.writing();
    super.write(content, length);
    backlog().unread.written(length, System.nanoTime());
    pings.set(0);
  }

  /** The client calls this first when it closes the connection, and then waits for the read. */
  @Override
  public void shutdownInput() throws IOException {
    leave();
    super.shutdownInput();
  }

  @Override
  public void close() throws IOException {
    leave();
    super.close();
  }

  @Override
  public void forceClose() throws IOException {
    leave();
    super.forceClose();
  }

  /** In bytes, for each connection. */
  static long mostUnread() {
    return share(MOST_UNREAD, LEAST_UNREAD_OF_CONNECTION, MOST_UNREAD_OF_CONNECTION);
  }

  private static long mostWaiting() {
    return share(MOST_WAITING, LEAST_WAITING_OF_CONNECTION, MOST_WAITING_OF_CONNECTION);
  }

  private static long share(long all, long least, long most) {
    return Math.clamp(all / Math.max(1, RATE.connections()), least, most);
  }

  /** Returns the time that it took, in nanoseconds. */
  private long awaitTurn() throws IOException {
    long start = System.nanoTime();
    try {
      while (!closed && (System.nanoTime() - start < pause || backlog().bytes() > mostWaiting())) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
    return System.nanoTime() - start;
  }

  private void leave() {
    closed = true;
    RATE.close(share);
    longMessages.close();
  }

  private boolean isIdle() {
    return backlog().bytes() == 0;
  }

  private Backlog backlog() {
    if (backlog == null) {
      backlog = Backlog.of(connection);
    }
    return backlog;
  }

  private final class Events implements ProtocolLimiter.Messages {

    @Override
    public void announced(int length) throws IOException {
      longMessages.announced(length);
    }

    @Override
    public void received() {
      longMessages.received();
    }

    /** The client keeps an answer to each ping until the server reads. */
    @Override
    public void pinged() throws IOException {
      if (pings.incrementAndGet() > MOST_PINGS) {
        throw new IOException("the server sends pings and does not read");
      }
      backlog().unread.queued(BYTES_OF_PONG, System.nanoTime());
    }
  }
}
