package org.natsoperator.kubernetes;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Has old objects looked through each time they have grown by a quarter. Of itself the serial
 * collector does so only when the heap is as large as it may be: until then it would rather take
 * more memory from the machine. Other collectors are left alone.
 */
@Component
class HeapTrim implements NotificationListener {

  private static final String OLD_OBJECTS_OF_SERIAL_GC = "Tenured Gen";

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
    oldObjects().ifPresent(pool -> pool.setUsageThreshold(pool.getUsage().getUsed() / 4 * 5));
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
