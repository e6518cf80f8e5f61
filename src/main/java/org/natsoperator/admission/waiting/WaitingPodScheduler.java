package org.natsoperator.admission.waiting;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.leader.Leadership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/** Runs the detector while this replica is the leader. */
@Component
class WaitingPodScheduler {

  private static final Logger LOG = LoggerFactory.getLogger(WaitingPodScheduler.class);

  /** A pod waits 30 seconds before it counts, so its Event follows within 50 seconds. */
  private static final Duration INTERVAL = Duration.ofSeconds(20);

  private final Leadership leadership;
  private final WaitingPodDetector pods;
  private volatile int waiting;

  WaitingPodScheduler(
      Leadership leadership,
      WaitingPodDetector pods,
      TaskScheduler scheduler,
      MeterRegistry meters) {
    this.leadership = leadership;
    this.pods = pods;
    Gauge.builder("nats.operator.waiting.pods", () -> waiting)
        .description("Client pods that cannot start, because their token is missing")
        .register(meters);
    leadership.whenBegun(scheduler, INTERVAL, INTERVAL, this::checkIfLeading);
    leadership.whenEnded(() -> waiting = 0);
  }

  /** The next run retries a failure. */
  void checkIfLeading() {
    try {
      waiting = leadership.isHeld() ? pods.check() : 0;
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to look for client pods that wait for a token; retrying");
    }
  }
}
