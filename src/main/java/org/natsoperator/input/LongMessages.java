package org.natsoperator.input;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Space in the heap for the long messages of all connections. The client allocates a message when a
 * server announces it, and the server may never send it.
 */
final class LongMessages {

  /** In bytes. A list of connections with usual names is shorter, and so is each login. */
  static final int LONG = 64 << 10;

  private static final int BYTES_OF_PLACE = 64 << 10;

  private static final long POLL_MILLIS = 10;

  private final Duration longest;
  private final Semaphore space;

  /**
   * @param bytes for all messages together
   * @param longest time for which a connection waits for space, and then for the message, without
   *     the time in which the operator does not read
   */
  LongMessages(long bytes, Duration longest) {
    this.longest = longest;
    space = new Semaphore((int) (bytes / BYTES_OF_PLACE));
  }

  /** The long messages of one connection that are not handled yet. */
  final class OfConnection {

    private final BooleanSupplier idle;
    private int arriving;

    /** The client hands on a message after the read in which it ended. */
    private int ended;

    private int arrived;
    private long end;
    private volatile boolean closed;

    /**
     * @param idle whether all messages that have arrived are handled
     */
    OfConnection(BooleanSupplier idle) {
      this.idle = idle;
    }

    /**
     * Waits until there is space for the message.
     *
     * @throws IOException if there is none for too long
     */
    void announced(int length) throws IOException {
      if (length > LONG) {
        int places = 1 + length / BYTES_OF_PLACE;
        long start = System.nanoTime();
        while (!enter(places)) {
          if (closed || System.nanoTime() - start > longest.toNanos()) {
            throw new IOException("the servers send too many long messages");
          }
          release();
        }
        hold(places);
      }
    }

    /** Notes that the announced message has arrived. */
    synchronized void received() {
      ended += arriving;
      arriving = 0;
    }

    /**
     * Notes that the operator did not read for a time.
     *
     * @param nanos in nanoseconds
     */
    synchronized void pause(long nanos) {
      end += nanos;
    }

    /**
     * Frees the space of handled messages; call it for each read.
     *
     * @throws IOException if a message takes too long
     */
    synchronized void check() throws IOException {
      arrived += ended;
      ended = 0;
      release();
      if (arriving > 0 && System.nanoTime() - end > 0) {
        throw new IOException("the server sent a long message too slowly");
      }
    }

    /** The connection reads no more. */
    synchronized void close() {
      closed = true;
      space.release(arriving + ended + arrived);
      arriving = 0;
      ended = 0;
      arrived = 0;
    }

    private synchronized void release() {
      if (arrived > 0 && idle.getAsBoolean()) {
        space.release(arrived);
        arrived = 0;
      }
    }

    private boolean enter(int places) throws IOException {
      try {
        return space.tryAcquire(places, POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }

    private synchronized void hold(int places) {
      arriving = places;
      end = System.nanoTime() + longest.toNanos();
      if (closed) {
        close();
      }
    }
  }
}
