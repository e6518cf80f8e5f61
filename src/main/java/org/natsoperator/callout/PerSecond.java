package org.natsoperator.callout;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Permits a number of actions in each second. */
final class PerSecond {

  private final int most;
  private final AtomicLong second = new AtomicLong();
  private final AtomicInteger permitted = new AtomicInteger();

  PerSecond(int most) {
    this.most = most;
  }

  /** Whether another action may happen now. */
  boolean permits(Instant now) {
    if (second.getAndSet(now.getEpochSecond()) != now.getEpochSecond()) {
      permitted.set(0);
    }
    return permitted.incrementAndGet() <= most;
  }
}
