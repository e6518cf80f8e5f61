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
 * Has old objects looked through when they have grown by a quarter, three times a minute at most.
 * Of itself the serial collector does so only when the heap is as large as it may be: until then it
 * would rather take more memory from the machine. Other collectors are left alone.
 */
@Component
class OldGenerationCollector implements NotificationListener {

  private static final String OLD_OBJECTS_OF_SERIAL_GC = "Tenured Gen";
  private static final long OFF = 0;

  /** Much work at once fills the heap many times a second: it must not be held up each time. */
  private static final Executor LATER = CompletableFuture.delayedExecutor(20, TimeUnit.SECONDS);

  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    oldObjects()
        .ifPresent(
            pool -> {
              emitter().addNotificationListener(this, null, null);
              // Soon: much of what the start needed is not needed again.
              pool.setUsageThreshold(1);
            });
  }

  @Override
  public void handleNotification(Notification notification, Object nothing) {
    System.gc();
    oldObjects()
        .ifPresent(
            pool -> {
              pool.setUsageThreshold(OFF);
              long limit = pool.getUsage().getUsed() / 4 * 5;
              LATER.execute(() -> pool.setUsageThreshold(limit));
            });
  }

  private static NotificationEmitter emitter() {
    return (NotificationEmitter) ManagementFactory.getMemoryMXBean();
  }

  private static Optional<MemoryPoolMXBean> oldObjects() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(OLD_OBJECTS_OF_SERIAL_GC))
        .findFirst();
  }
}
