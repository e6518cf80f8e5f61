package org.natsoperator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.natsoperator.kubernetes.ApiErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Acquires and renews the lease again and again, also after it was lost. A replica whose informers
 * are not healthy neither acquires nor renews it. Clocks of replicas are never compared: another
 * replica's lease has expired when it has not changed for its duration here.
 */
@Component
public class LeaseElector {

  /** Also the longest time until a standby acquires a released lease. */
  private static final Duration RETRY = Duration.ofMillis(1_500);

  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(LeaseElector.class);

  private final LeaderLease lease;
  private final Leadership leadership;

  /** A thread of its own: tasks in the shared scheduler can block. */
  private ScheduledExecutorService attempts;

  private BooleanSupplier healthy;

  /** As this replica wrote it last; empty if the next attempt must read it. */
  private Optional<Lease> written = Optional.empty();

  private Observation observation = new Observation(null, 0);
  private String holder = "";
  private String failure = "";

  LeaseElector(LeaderLease lease, Leadership leadership) {
    this.lease = lease;
    this.leadership = leadership;
  }

  /** A version of the Lease, and when this replica saw it first. */
  private record Observation(String version, long since) {

    Observation next(Lease seen) {
      String now = seen.getMetadata().getResourceVersion();
      return now.equals(version) ? this : new Observation(now, System.nanoTime());
    }

    boolean isExpired() {
      return System.nanoTime() - since >= LeaderLease.DURATION.toNanos();
    }
  }

  /**
   * Begins to compete for the lease.
   *
   * @param newHealthy whether the informers are healthy
   */
  public void start(BooleanSupplier newHealthy) {
    healthy = newHealthy;
    attempts =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("leader-election").unstarted(task));
    attempts.scheduleWithFixedDelay(this::attempt, 0, RETRY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Stops competing and waits for the last request. This replica leads until the deadline. */
  public void stop() {
    if (attempts == null) {
      return;
    }
    attempts.shutdown();
    try {
      if (!attempts.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        attempts.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() {
    try {
      if (leadership.prepare() && healthy.getAsBoolean()) {
        compete();
      }
      failure = "";
    } catch (RuntimeException e) {
      written = Optional.empty();
      String summary = ApiErrors.summary(e);
      if (!summary.equals(failure)) {
        LOG.atWarn()
            .addKeyValue("lease", LeaderLease.NAME)
            .addKeyValue("error", summary)
            .log("Failed to acquire or renew the lease; retrying");
      }
      failure = summary;
    }
  }

  private void compete() {
    Optional<Lease> last = written.or(lease::find);
    last.ifPresent(this::observe);
    if (last.isEmpty() || isFree(last.get())) {
      long start = System.nanoTime();
      Lease now = lease.write(last);
      written = Optional.of(now);
      observe(now);
      leadership.renewed(start);
    } else {
      leadership.end();
    }
  }

  private boolean isFree(Lease last) {
    return lease.isOurs(last) || holder.isEmpty() || observation.isExpired();
  }

  private void observe(Lease seen) {
    observation = observation.next(seen);
    String now = LeaderLease.holder(seen);
    if (!now.equals(holder) && !now.isEmpty()) {
      LOG.atInfo().addKeyValue("leader", now).log("Leader changed");
    }
    holder = now;
  }
}
