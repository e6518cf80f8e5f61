package org.natsoperator.admission.uninjected;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.leader.Leadership;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Runs the detector every few minutes while this replica is the leader. The first run has a delay:
 * evicted pods need a webhook that the API server can reach.
 */
@Component
class UninjectedPodScheduler {

  private static final Logger LOG = LoggerFactory.getLogger(UninjectedPodScheduler.class);
  private static final Duration DELAY = Duration.ofMinutes(2);
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  private final Leadership leadership;
  private final UninjectedPodDetector pods;
  private volatile int uninjected;

  UninjectedPodScheduler(
      WebhookProperties webhooks,
      Leadership leadership,
      UninjectedPodDetector pods,
      TaskScheduler scheduler,
      MeterRegistry meters) {
    this.leadership = leadership;
    this.pods = pods;
    Gauge.builder("nats.operator.uninjected.pods", () -> uninjected)
        .description(
            "Client pods without a token: created while no webhook was available, or labelled"
                + " later")
        .register(meters);
    if (webhooks.enabled()) {
      leadership.whenBegun(scheduler, DELAY, INTERVAL, this::checkIfLeading);
      leadership.whenEnded(() -> uninjected = 0);
    }
  }

  /** The next run retries a failure. */
  void checkIfLeading() {
    try {
      uninjected = leadership.isHeld() ? pods.check() : 0;
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to check for uninjected pods; retrying");
    }
  }
}
