package org.natsoperator.admission;

import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.Content;

/**
 * Takes in a request's body as it comes; while nothing comes no thread waits for it. What is of no
 * use is taken in too and thrown away, since who still sends hears no answer.
 */
final class BodyReader implements Runnable {

  /** In bytes: who sends more in vain is cut off. */
  private static final long MOST_IN_VAIN = 64 << 20;

  private final Content.Source source;
  private final BoundedBody body;
  private final BooleanSupplier overdue;
  private final Owner owner;
  private Rejection rejection;
  private long inVain;

  /** Hears once how it went. */
  interface Owner {

    /** All of it is there. */
    void whole(BoundedBody body);

    /** There is nothing to judge. */
    void refused(Rejection rejection);

    /** The reader or the owner could not do its work. */
    void failed(Throwable cause);
  }

  /**
   * @param overdue whether it has taken too long
   */
  BodyReader(Content.Source source, BoundedBody body, BooleanSupplier overdue, Owner owner) {
    this.source = source;
    this.body = body;
    this.overdue = overdue;
    this.owner = owner;
  }

  /** Reads, but for nothing: the answer is known. */
  void discard(Rejection reason) {
    rejection = reason;
    run();
  }

  /** Reads what has come. It is called again when more has. */
  @Override
  public void run() {
    try {
      read();
    } catch (RuntimeException | StackOverflowError e) {
      owner.failed(e);
    }
  }

  private void read() {
    boolean last = false;
    while (!last) {
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        source.demand(this);
        return;
      }
      last = Content.Chunk.isFailure(chunk) ? fail(chunk.getFailure()) : take(chunk);
    }
    if (rejection == null) {
      owner.whole(body);
    } else {
      owner.refused(rejection);
    }
  }

  private boolean fail(Throwable failure) {
    refuse(
        failure instanceof TimeoutException
            ? Rejection.tooSlow()
            : new Rejection(Rejection.BAD_REQUEST, "the body ended too early"));
    return true;
  }

  /** Whether it was the last. */
  private boolean take(Content.Chunk chunk) {
    try {
      if (rejection == null) {
        body.take(chunk.getByteBuffer());
      } else {
        inVain += chunk.remaining();
      }
    } catch (Rejection e) {
      refuse(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(new Rejection(Rejection.BUSY, "shutting down"));
    } finally {
      chunk.release();
    }
    return chunk.isLast() || isEnough();
  }

  private boolean isEnough() {
    if (overdue.getAsBoolean()) {
      refuse(Rejection.tooSlow());
      return true;
    }
    return inVain > MOST_IN_VAIN;
  }

  /** The first reason counts. */
  private void refuse(Rejection reason) {
    if (rejection == null) {
      rejection = reason;
    }
  }
}
