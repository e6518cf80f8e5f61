package org.natsoperator.operator;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongUnaryOperator;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Collects the old generation when it has grown by a tenth, at most three times a minute, and
 * within two seconds when it has grown by half, so that many changes do not fill the heap with
 * garbage. The serial collector by itself does so only when the heap has reached its limit. Other
 * collectors are not affected. A full collection pauses the webhooks for some 0.1 s, so it does not
 * run more often.
 */
@Component
class OldGenerationCollector {

  private static final String OLD_GENERATION_OF_SERIAL_GC = "Tenured Gen";

  private static final Duration INTERVAL = Duration.ofSeconds(20);
  private static final Duration SHORT_INTERVAL = Duration.ofSeconds(2);

  /** In bytes. A small heap may grow by more than its half. */
  private static final long MIN_GROWTH = 24 << 20;

  private final TaskScheduler scheduler;

  OldGenerationCollector(TaskScheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The first run collects the garbage of the start. */
  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(OLD_GENERATION_OF_SERIAL_GC))
        .forEach(
            pool -> {
              collect(pool, INTERVAL, used -> used / 10);
              collect(pool, SHORT_INTERVAL, used -> Math.max(used / 2, MIN_GROWTH));
            });
  }

  /**
   * Collects the pool regularly.
   *
   * @param growth from which on it is collected, in bytes; a function of the bytes in use after the
   *     last full collection
   */
  private void collect(MemoryPoolMXBean pool, Duration interval, LongUnaryOperator growth) {
    scheduler.scheduleWithFixedDelay(
        () -> {
          long kept = pool.getCollectionUsage().getUsed();
          if (pool.getUsage().getUsed() > kept + growth.applyAsLong(kept)) {
            System.gc();
          }
        },
        Instant.now().plus(INTERVAL),
        interval);
  }
}
