package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.cluster.plan.RenderedConfig;
import org.natsoperator.cluster.plan.ServerUsers;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerConfigFixture;

class ConfirmedStateCacheTest {

  private static final ServerUsers OLD = new ServerUsers(List.of(), Set.of(), Map.of());
  private static final ServerUsers NEW = new ServerUsers(List.of(), Set.of(), Map.of());
  private static final Push BEGUN =
      Push.start(
          ObservedServerFixture.running("example-nats-1").build(),
          new ServerConfigFile("{}"),
          false,
          Instant.EPOCH);
  private static final Push CONFIRMED = BEGUN.confirm();

  private static final RenderedConfig RENDERED =
      RenderedConfig.of(ServerConfigFixture.of("2.15.2").build(), Optional.empty());

  private final ConfirmedStateCache memory = new ConfirmedStateCache();

  @Test
  void aServerKeepsTheLoginsItConfirmedUntilItConfirmsNewer() {
    confirm(Map.of("1", CONFIRMED, "2", CONFIRMED), OLD);
    confirm(Map.of("1", CONFIRMED, "2", BEGUN), NEW);

    assertThat(memory.confirmed("c").get("1")).isSameAs(NEW);
    assertThat(memory.confirmed("c").get("2")).isSameAs(OLD);
  }

  @Test
  void aServerThatNeverConfirmedHasNone() {
    confirm(Map.of("1", BEGUN), NEW);

    assertThat(memory.confirmed("c")).isEmpty();
  }

  @Test
  void aServerThatIsLeavingKeepsWhatItConfirmed() {
    confirm(Map.of("1", CONFIRMED), OLD);
    memory.confirm("c", Set.of("1"), Map.of(), NEW);

    assertThat(memory.confirmed("c").get("1")).isSameAs(OLD);
  }

  @Test
  void aServerThatIsGoneIsForgotten() {
    confirm(Map.of("1", CONFIRMED), OLD);
    confirm(Map.of(), OLD);

    assertThat(memory.confirmed("c")).isEmpty();
  }

  @Test
  void aClusterThatIsGoneIsForgotten() {
    memory.remember("c", Map.of("1", CONFIRMED));
    confirm(Map.of("1", CONFIRMED), OLD);
    memory.remember("c", RENDERED);
    memory.forget("c");

    assertThat(memory.pushes("c")).isEmpty();
    assertThat(memory.rendered("c")).isEmpty();
    assertThat(memory.confirmed("c")).isEmpty();
  }

  @Test
  void whatWasRenderedLastIsUsedAgain() {
    memory.remember("c", RENDERED);

    assertThat(memory.rendered("c")).containsSame(RENDERED);
    assertThat(memory.rendered("other")).isEmpty();
  }

  private void confirm(Map<String, Push> latest, ServerUsers newest) {
    memory.confirm("c", latest.keySet(), latest, newest);
  }
}
