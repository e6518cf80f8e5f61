package org.natsoperator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

@LongTest
@ExtendWith(ApiServer.class)
class LeaseElectorIT {

  private static final String ANOTHER = "another";
  private static final Duration HANDOVER = Duration.ofSeconds(2);

  private final Leadership leadership = new Leadership();
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private Sandbox sandbox;
  private LeaderLease lease;
  private LeaseElector elector;

  @BeforeEach
  void create(Sandbox ofTest) {
    sandbox = ofTest;
    lease =
        new LeaderLease(
            sandbox.client(),
            OperatorPropertiesFixture.watching("a").namespace(sandbox.namespace()).build(),
            Clock.systemUTC());
    elector = new LeaseElector(lease, leadership);
  }

  @AfterEach
  void stop() {
    elector.stop();
  }

  @Test
  void createsAndRenewsLease() {
    elector.start(healthy::get);
    await().until(leadership::isHeld);
    Lease first = stored().get();
    assertThat(first.getSpec().getHolderIdentity()).isEqualTo(OperatorPropertiesFixture.POD);
    assertThat(first.getSpec().getLeaseDurationSeconds()).isEqualTo(30);
    assertThat(first.getMetadata().getAnnotations())
        .containsEntry(LeaderLease.WATCH_NAMESPACES, "a");
    await()
        .untilAsserted(
            () -> {
              Lease next = stored().get();
              assertThat(next.getSpec().getRenewTime()).isAfter(first.getSpec().getRenewTime());
              assertThat(next.getSpec().getAcquireTime())
                  .isEqualTo(first.getSpec().getAcquireTime());
            });
  }

  /** A chart or a user may create an empty Lease. */
  @Test
  void acquiresLeaseWithoutHolder() {
    store(null);
    elector.start(healthy::get);
    await().until(leadership::isHeld);
  }

  @Test
  void acquiresReleasedLeaseAtOnce() throws InterruptedException {
    store(ANOTHER);
    elector.start(healthy::get);
    Thread.sleep(HANDOVER);
    assertThat(leadership.isHeld()).isFalse();
    hold("");
    awaitTerm(true, HANDOVER);
    assertThat(stored().get().getSpec().getLeaseTransitions()).isEqualTo(1);
  }

  /** The time in the Lease does not count: the clock of the other replica may be slow. */
  @Test
  void acquiresLeaseThatDoesNotChangeForItsDuration() {
    store(ANOTHER);
    stored()
        .edit(
            old ->
                new LeaseBuilder(old)
                    .editSpec()
                    .withRenewTime(ZonedDateTime.now().minusHours(1))
                    .endSpec()
                    .build());
    long start = System.nanoTime();
    elector.start(healthy::get);
    awaitTerm(true, LeaderLease.DURATION.plus(HANDOVER).plus(HANDOVER));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(LeaderLease.DURATION);
  }

  /** Long before the deadline: the other replica may lead already. */
  @Test
  void stopsLeadingIfAnotherHoldsLease() {
    elector.start(healthy::get);
    await().until(leadership::isHeld);
    await().ignoreExceptions().untilAsserted(() -> hold(ANOTHER));
    awaitTerm(false, HANDOVER.multipliedBy(5));
    hold("");
    await().until(leadership::isHeld);
  }

  @Test
  void doesNotLeadWithUnhealthyInformers() {
    healthy.set(false);
    elector.start(healthy::get);
    await().during(HANDOVER).until(() -> stored().get() == null && !leadership.isHeld());
    healthy.set(true);
    await().until(leadership::isHeld);
    healthy.set(false);
    awaitTerm(false, Leadership.DEADLINE.plus(HANDOVER));
  }

  @Test
  void releasedLeaseHasNoHolder() {
    elector.start(healthy::get);
    await().until(leadership::isHeld);
    elector.stop();
    lease.release();
    assertThat(stored().get().getSpec().getHolderIdentity()).isNullOrEmpty();
  }

  private void awaitTerm(boolean held, Duration atMost) {
    Stopwatch.within(atMost, () -> assertThat(leadership.isHeld()).isEqualTo(held));
  }

  private void store(String holder) {
    var empty =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(LeaderLease.NAME)
            .withNamespace(sandbox.namespace())
            .endMetadata();
    sandbox
        .client()
        .resource(
            holder == null
                ? empty.build()
                : empty.withNewSpec().withHolderIdentity(holder).endSpec().build())
        .create();
  }

  private void hold(String holder) {
    stored()
        .edit(old -> new LeaseBuilder(old).editSpec().withHolderIdentity(holder).endSpec().build());
  }

  private Resource<Lease> stored() {
    return sandbox.client().leases().inNamespace(sandbox.namespace()).withName(LeaderLease.NAME);
  }
}
