package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.natsoperator.role.Grant;
import org.natsoperator.role.Identity;

class ClusterMemoryTest {

  private static final Set<Grant> OLD = Set.of(grant("old"));
  private static final Set<Grant> NEW = Set.of(grant("new"));
  private static final Push BEGUN =
      new Push("digest", "hash", 1, Instant.EPOCH, Instant.EPOCH, "", false, false);
  private static final Push CONFIRMED = BEGUN.confirm();

  private final ClusterMemory memory = new ClusterMemory();

  @Test
  void aServerKeepsTheGrantsItConfirmedUntilItConfirmsNewer() {
    memory.confirmed("c", Map.of("1", CONFIRMED, "2", CONFIRMED), OLD);

    assertThat(memory.confirmed("c", Map.of("1", CONFIRMED, "2", BEGUN), NEW))
        .isEqualTo(Map.of("1", NEW, "2", OLD));
  }

  @Test
  void aServerThatNeverConfirmedHasNone() {
    assertThat(memory.confirmed("c", Map.of("1", BEGUN), NEW)).isEqualTo(Map.of("1", Set.of()));
  }

  @Test
  void aServerThatIsGoneIsForgotten() {
    memory.confirmed("c", Map.of("1", CONFIRMED), OLD);
    memory.confirmed("c", Map.of(), OLD);

    assertThat(memory.confirmed("c", Map.of("1", BEGUN), NEW)).isEqualTo(Map.of("1", Set.of()));
  }

  @Test
  void aClusterThatIsGoneIsForgotten() {
    memory.remember("c", Map.of("1", CONFIRMED));
    memory.confirmed("c", Map.of("1", CONFIRMED), OLD);
    memory.forget("c");

    assertThat(memory.pushes("c")).isEmpty();
    assertThat(memory.confirmed("c", Map.of("1", BEGUN), NEW)).isEqualTo(Map.of("1", Set.of()));
  }

  private static Grant grant(String account) {
    return new Grant(new Identity("nats-io", account), account, List.of(), List.of());
  }
}
