package org.natsoperator.admission;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.natsoperator.kubernetes.Leadership;
import org.natsoperator.kubernetes.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Looks for missed pods every few minutes, where this replica leads. Not at once: after a start the
 * webhook must first be reached again, and pods that are evicted come back through it.
 */
@Component
class MissedPodsWatch implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(MissedPodsWatch.class);

  private static final int FIRST_AFTER_MINUTES = 2;
  private static final int EVERY_MINUTES = 5;

  private final boolean asked;
  private final Leadership leadership;
  private final MissedPods pods;
  private volatile ScheduledExecutorService looks;
  private volatile int missed;

  MissedPodsWatch(
      WebhookProperties webhooks, Leadership leadership, MissedPods pods, MeterRegistry meters) {
    this.asked = webhooks.enabled();
    this.leadership = leadership;
    this.pods = pods;
    Gauge.builder("nats.operator.missed.pods", () -> missed)
        .description("Client pods without their token, since the webhook was away")
        .register(meters);
  }

  @Override
  public void start() {
    looks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("missed-pods").factory());
    if (asked) {
      looks.scheduleWithFixedDelay(
          this::lookIfLeading, FIRST_AFTER_MINUTES, EVERY_MINUTES, TimeUnit.MINUTES);
    }
  }

  @Override
  public void stop() {
    looks.shutdownNow();
    looks = null;
  }

  @Override
  public boolean isRunning() {
    return looks != null;
  }

  /** What fails is tried again at the next look. */
  void lookIfLeading() {
    try {
      missed = leadership.isHeld() ? pods.look() : 0;
    } catch (RuntimeException e) {
      LOG.warn("Could not look for pods that the webhook missed: {}", e.getMessage());
    }
  }
}
