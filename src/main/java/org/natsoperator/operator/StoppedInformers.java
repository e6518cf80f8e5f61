package org.natsoperator.operator;

import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.api.config.InformerStoppedHandler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.natsoperator.leader.Leadership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Restarts a replica whose informer stopped: its cache stays out of date, and an informer cannot be
 * started again. The same response may stop the informers of all replicas, so the standby replicas
 * restart later than the leader and answer admission requests until then.
 */
@Component
class StoppedInformers implements InformerStoppedHandler {

  private static final Logger LOG = LoggerFactory.getLogger(StoppedInformers.class);

  /** Longer than a restart of the leader. */
  static final Duration STANDBY_DELAY = Duration.ofSeconds(40);

  private final Leadership leadership;
  private final TaskScheduler scheduler;
  private final Runnable exit;
  private final AtomicInteger stopped = new AtomicInteger();

  @Autowired
  StoppedInformers(Leadership leadership, TaskScheduler scheduler, MeterRegistry meters) {
    this(leadership, scheduler, meters, ProcessExit::begin);
  }

  StoppedInformers(
      Leadership leadership, TaskScheduler scheduler, MeterRegistry meters, Runnable exit) {
    this.leadership = leadership;
    this.scheduler = scheduler;
    this.exit = exit;
    Gauge.builder("nats.operator.stopped.informers", stopped::get)
        .description("Informers of this replica that stopped after an error; it restarts")
        .register(meters);
  }

  /** A normal stop has no error. */
  @Override
  @SuppressWarnings("rawtypes") // Declared so by the SDK.
  public void onStop(SharedIndexInformer informer, Throwable failure) {
    if (failure == null) {
      return;
    }
    stopped.incrementAndGet();
    LOG.atError()
        .addKeyValue("kind", informer.getApiTypeClass().getSimpleName())
        .addKeyValue("error", failure.getClass().getName()) // The message may quote a Secret.
        .log("An informer stopped; restarting this replica");
    Duration delay = leadership.isHeld() ? Duration.ZERO : STANDBY_DELAY;
    scheduler.schedule(exit, Instant.now().plus(delay));
  }
}
