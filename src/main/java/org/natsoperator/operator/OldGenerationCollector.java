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
 * Collects the old generation by the {@link CollectionPolicy}. The serial collector by itself does
 * so only when the heap has reached its limit. Other collectors are not affected.
 */
@Component
class OldGenerationCollector {

  private static final String OLD_GENERATION_OF_SERIAL_GC = "Tenured Gen";

  private static final Duration INTERVAL = Duration.ofSeconds(20);
  private static final Duration SHORT_INTERVAL = Duration.ofSeconds(1);

  private final TaskScheduler scheduler;
  private final CollectionPolicy policy = new CollectionPolicy();

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
              repeat(() -> collectIf(policy.regular(kept(pool), used(pool))), INTERVAL);
              repeat(() -> collectIf(policy.early(kept(pool), used(pool))), SHORT_INTERVAL);
            });
  }

  private void repeat(Runnable collection, Duration interval) {
    scheduler.scheduleWithFixedDelay(collection, Instant.now().plus(interval), interval);
  }

  private static void collectIf(boolean necessary) {
    if (necessary) {
      System.gc();
    }
  }

  private static long kept(MemoryPoolMXBean pool) {
    return pool.getCollectionUsage().getUsed();
  }

  private static long used(MemoryPoolMXBean pool) {
    return pool.getUsage().getUsed();
  }
}
