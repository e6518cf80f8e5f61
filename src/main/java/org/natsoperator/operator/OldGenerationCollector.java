package org.natsoperator.operator;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Collects the old generation when it has grown by a tenth, at most three times a minute. The
 * serial collector by itself does so only when the heap has reached its limit. Other collectors are
 * not affected. A full collection pauses the webhooks for some 0.1 s, so it does not run more
 * often.
 */
@Component
class OldGenerationCollector {

  private static final String OLD_GENERATION_OF_SERIAL_GC = "Tenured Gen";
  private static final Duration INTERVAL = Duration.ofSeconds(20);

  private final TaskScheduler scheduler;
  private long usedAfterCollection;

  OldGenerationCollector(TaskScheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The first run collects the garbage of the start. */
  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(OLD_GENERATION_OF_SERIAL_GC))
        .forEach(
            pool ->
                scheduler.scheduleWithFixedDelay(
                    () -> collectIfGrown(pool), Instant.now().plus(INTERVAL), INTERVAL));
  }

  private void collectIfGrown(MemoryPoolMXBean pool) {
    if (pool.getUsage().getUsed() > usedAfterCollection / 10 * 11) {
      System.gc();
      usedAfterCollection = pool.getUsage().getUsed();
    }
  }
}
