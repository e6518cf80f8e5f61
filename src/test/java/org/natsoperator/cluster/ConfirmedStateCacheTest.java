package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.cluster.plan.RenderedConfig;
import org.natsoperator.cluster.plan.ServerUsers;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerConfigFixture;
import org.natsoperator.testing.VarzFixture;

class ConfirmedStateCacheTest {

  private static final ServerUsers OLD = new ServerUsers(List.of(), Set.of(), Map.of(), Map.of());
  private static final ServerUsers NEW = new ServerUsers(List.of(), Set.of(), Map.of(), Map.of());
  private static final Push BEGUN =
      Push.start(
          ObservedServerFixture.running("example-nats-1").build(),
          new ServerConfigFile("{}"),
          false,
          Instant.EPOCH);
  private static final Push CONFIRMED = BEGUN.confirm();

  private static final RenderedConfig RENDERED =
      RenderedConfig.of(ServerConfigFixture.of("2.15.3").build(), Optional.empty());

  private final ConfirmedStateCache cache = new ConfirmedStateCache(new Leadership());

  @Test
  void keepsConfirmedUsersUntilServerConfirmsNewerOnes() {
    confirm(Map.of("1", CONFIRMED, "2", CONFIRMED), OLD);
    confirm(Map.of("1", CONFIRMED, "2", BEGUN), NEW);

    assertThat(cache.confirmed("c").get("1")).isSameAs(NEW);
    assertThat(cache.confirmed("c").get("2")).isSameAs(OLD);
  }

  @Test
  void serverThatNeverConfirmedHasNoUsers() {
    confirm(Map.of("1", BEGUN), NEW);

    assertThat(cache.confirmed("c")).isEmpty();
  }

  @Test
  void readyServerHasAnsweredOnlyWithVarzOrConfirmedUsers() {
    ObservedServer silent = ObservedServerFixture.running("example-nats-1").build();
    ObservedServer answers =
        ObservedServerFixture.running("example-nats-1").varz(VarzFixture.of("2.15.3")).build();

    assertThat(cache.haveAnswered("c", List.of())).isTrue();
    assertThat(cache.haveAnswered("c", List.of(answers))).isTrue();
    assertThat(cache.haveAnswered("c", List.of(silent))).isFalse();
    confirm(Map.of(silent.uid(), CONFIRMED), OLD);
    assertThat(cache.haveAnswered("c", List.of(silent))).isTrue();
  }

  @Test
  void keepsConfirmedUsersOfDrainingServer() {
    confirm(Map.of("1", CONFIRMED), OLD);
    cache.confirm("c", Set.of("1"), Map.of(), NEW);

    assertThat(cache.confirmed("c").get("1")).isSameAs(OLD);
  }

  @Test
  void removesDeletedServer() {
    confirm(Map.of("1", CONFIRMED), OLD);
    confirm(Map.of(), OLD);

    assertThat(cache.confirmed("c")).isEmpty();
  }

  @Test
  void removesDeletedCluster() {
    cache.remember("c", Map.of("1", CONFIRMED));
    confirm(Map.of("1", CONFIRMED), OLD);
    cache.remember("c", RENDERED);
    cache.forget("c");

    assertThat(cache.pushes("c")).isEmpty();
    assertThat(cache.rendered("c")).isEmpty();
    assertThat(cache.confirmed("c")).isEmpty();
  }

  @Test
  void returnsLastRenderedConfig() {
    cache.remember("c", RENDERED);

    assertThat(cache.rendered("c")).containsSame(RENDERED);
    assertThat(cache.rendered("other")).isEmpty();
  }

  private void confirm(Map<String, Push> latest, ServerUsers newest) {
    cache.confirm("c", latest.keySet(), latest, newest);
  }
}
