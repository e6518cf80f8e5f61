package org.natsoperator.leader;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Stops a leader that cannot renew its lease before another replica may lead. */
@Component
public class LeaseDeadlineMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseDeadlineMonitor.class);

  private static final long INTERVAL_MILLIS = 250;

  /** Allows for a late check and for different clocks. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final Duration LONGEST =
      LeaderLease.DURATION.minus(LeaderLease.LAST_RECONCILIATION).minus(MARGIN);

  private final LeaseRenewalTracker renewals;

  /** A thread of its own: tasks in the shared scheduler can block, and this check must not wait. */
  private final ScheduledExecutorService checks =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("lease").unstarted(task));

  LeaseDeadlineMonitor(LeaseRenewalTracker renewals) {
    this.renewals = renewals;
  }

  /** Starts to check the deadline; called when this replica becomes the leader. */
  public void start() {
    checks.scheduleWithFixedDelay(
        this::check, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Stops to check; called before the lease is released. */
  public void stop() {
    checks.shutdownNow();
  }

  /** Whether the lease is about to expire, or has expired. */
  public boolean isLosing() {
    return renewals.areOverdue(LONGEST);
  }

  private void check() {
    if (isLosing()) {
      ProcessExit.begin();
      LOG.atError()
          .addKeyValue("lease", LeaderLease.NAME)
          .addKeyValue("seconds", LONGEST.toSeconds())
          .log("Could not renew the lease; exiting, so that two replicas never reconcile");
      checks.shutdown();
    }
  }
}
