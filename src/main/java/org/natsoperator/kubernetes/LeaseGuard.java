package org.natsoperator.kubernetes;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Ends a leader that cannot renew its lease, before another replica may lead. */
@Component
class LeaseGuard {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseGuard.class);

  private final LeaseRenewals renewals;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("lease").unstarted(task));

  LeaseGuard(LeaseRenewals renewals) {
    this.renewals = renewals;
  }

  void start() {
    looks.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  void stop() {
    looks.shutdownNow();
  }

  private void look() {
    if (renewals.areOverdue(LeaderLease.RENEW_DEADLINE)) {
      LOG.error(
          "Could not renew the lease {} for {} s: exiting, so that two never reconcile",
          LeaderLease.NAME,
          LeaderLease.RENEW_DEADLINE.toSeconds());
      looks.shutdown();
      Exit.begin();
    }
  }
}
