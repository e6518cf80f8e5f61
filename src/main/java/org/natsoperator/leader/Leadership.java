package org.natsoperator.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Whether this replica is the leader, for all tasks that only one replica may do. A term ends by
 * itself at a deadline after the last renewal of the lease, even if a request to the API server
 * hangs. The next term begins only after all reconciliations of the last one have returned.
 */
@Component
public class Leadership {

  /**
   * After a renewal began, this replica leads for this time. A request takes at most 15 seconds, so
   * the last one ends before the lease expires.
   */
  static final Duration DEADLINE = LeaderLease.DURATION.minusSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final LongSupplier nanoTime;
  private final List<Runnable> beginnings = new CopyOnWriteArrayList<>();
  private final List<Runnable> endings = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();

  /** The start of the last renewal; null while this replica does not lead. */
  private final AtomicReference<Long> renewal = new AtomicReference<>();

  private boolean endingsAreDue;

  /** Creates a replica that does not lead. */
  public Leadership() {
    this(System::nanoTime);
  }

  Leadership(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether this replica leads now. Ends the term if the deadline is over. */
  public boolean isHeld() {
    Long last = renewal.get();
    while (last != null && nanoTime.getAsLong() - last >= DEADLINE.toNanos()) {
      if (renewal.compareAndSet(last, null)) {
        LOG.atWarn()
            .addKeyValue("lease", LeaderLease.NAME)
            .addKeyValue("seconds", DEADLINE.toSeconds())
            .log("Could not renew the lease; reconciliation stops, the webhooks keep answering");
        return false;
      }
      last = renewal.get();
    }
    return last != null;
  }

  /** Runs a task when a term begins; it must not block the election. */
  public void whenBegun(Runnable task) {
    beginnings.add(task);
  }

  /** Runs a task after a term, when all of its reconciliations have returned. */
  public void whenEnded(Runnable task) {
    endings.add(task);
  }

  /** Runs a task again and again from the beginning of each term; it must check for the end. */
  public void whenBegun(TaskScheduler scheduler, Duration delay, Duration interval, Runnable task) {
    AtomicReference<ScheduledFuture<?>> ofTerm = new AtomicReference<>();
    whenBegun(
        () -> {
          ScheduledFuture<?> last =
              ofTerm.getAndSet(
                  scheduler.scheduleWithFixedDelay(task, Instant.now().plus(delay), interval));
          if (last != null) {
            last.cancel(false);
          }
        });
  }

  /** Returns the result of a reconciliation; on standby the replacement. */
  public <T> T ifHeld(Supplier<T> reconciliation, T replacement) {
    underWay.incrementAndGet();
    try {
      return isHeld() ? reconciliation.get() : replacement;
    } finally {
      underWay.decrementAndGet();
    }
  }

  /** Runs a step of a reconciliation; does nothing on standby. */
  public void runIfHeld(Runnable step) {
    ifHeld(
        () -> {
          step.run();
          return true;
        },
        false);
  }

  /** Whether this replica leads or may begin a term. Only the elector calls it. */
  boolean prepare() {
    if (isHeld()) {
      return true;
    }
    if (underWay.get() > 0) {
      return false;
    }
    if (endingsAreDue) {
      endings.forEach(Runnable::run);
      endingsAreDue = false;
    }
    return true;
  }

  /**
   * This replica holds the lease. Begins a term unless it leads.
   *
   * @param start when the request of the renewal began
   */
  void renewed(long start) {
    Long last = isHeld() ? renewal.get() : null;
    if (last != null && renewal.compareAndSet(last, start)) {
      return;
    }
    if (prepare() && nanoTime.getAsLong() - start < DEADLINE.toNanos()) {
      renewal.set(start);
      endingsAreDue = true;
      LOG.atInfo().log("Became the leader");
      beginnings.forEach(Runnable::run);
    }
  }

  /** This replica does not lead any more, because it stops or another replica leads. */
  public void end() {
    if (renewal.getAndSet(null) != null) {
      LOG.atInfo().log("Not the leader any more");
    }
  }
}
