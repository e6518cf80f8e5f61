package org.natsoperator.input;

import java.time.Duration;

/**
 * The bytes that wait to be sent on a connection while the server does not read. The client returns
 * their number only between two writes, and a write may wait for the server.
 */
final class UnreadBytes {

  /** The queue is empty if nothing was sent for this time. */
  private static final long IDLE = Duration.ofMillis(50).toNanos();

  private long bytes;
  private long changed;
  private boolean writing;

  /**
   * Notes a message before it enters the queue.
   *
   * @param length in bytes, as the connection will send them
   */
  synchronized void queued(int length, long now) {
    bytes += length;
    changed = now;
  }

  /** The connection begins to send; the server may let it wait. */
  synchronized void writing() {
    writing = true;
  }

  /**
   * The connection has sent bytes, some of which were not noted as messages.
   *
   * @param length in bytes
   */
  synchronized void written(int length, long now) {
    bytes = Math.max(0, bytes - length);
    changed = now;
    writing = false;
  }

  /** The number of bytes, almost exactly. */
  synchronized long count(long now) {
    if (!writing && now - changed > IDLE) {
      bytes = 0;
    }
    return bytes;
  }
}
