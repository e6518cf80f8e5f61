package org.natsoperator.operator;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Collects the old generation when it has grown by a quarter, at most three times a minute. By
 * itself the serial collector does so only when the heap has reached its limit. Measured on 27
 * November 2026 with 500 roles: 220 instead of 228 MiB resident, for 7 s of CPU in 3 minutes;
 * without roles 2 MiB. Other collectors are not affected.
 */
@Component
class OldGenerationCollector implements NotificationListener {

  private static final String OLD_OBJECTS_OF_SERIAL_GC = "Tenured Gen";

  /** A burst of work fills the heap many times a second, and must not be paused each time. */
  private static final Executor LATER = CompletableFuture.delayedExecutor(20, TimeUnit.SECONDS);

  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    oldObjects()
        .ifPresent(
            pool -> {
              var memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
              memory.addNotificationListener(this, null, null);
              // Collect soon: the start leaves much garbage.
              pool.setUsageThreshold(1);
            });
  }

  @Override
  public void handleNotification(Notification notification, Object nothing) {
    System.gc();
    oldObjects()
        .ifPresent(
            pool -> {
              pool.setUsageThreshold(0); // Off.
              long limit = pool.getUsage().getUsed() / 4 * 5;
              LATER.execute(() -> pool.setUsageThreshold(limit));
            });
  }

  private static Optional<MemoryPoolMXBean> oldObjects() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(OLD_OBJECTS_OF_SERIAL_GC))
        .findFirst();
  }
}
