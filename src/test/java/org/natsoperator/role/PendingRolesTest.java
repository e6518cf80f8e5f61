package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;

class PendingRolesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration USUAL = Duration.ofSeconds(2);

  private final PendingRoles pending = new PendingRoles();

  @Test
  void roleIsOverdueAfterUsualTime() {
    assertThat(pending.isOverdue(role("a"), USUAL, NOW)).isFalse();
    assertThat(pending.isOverdue(role("a"), USUAL, NOW.plusMillis(1_999))).isFalse();
    assertThat(pending.isOverdue(role("a"), USUAL, NOW.plusSeconds(2))).isTrue();

    pending.remove(role("a"));
    assertThat(pending.isOverdue(role("a"), USUAL, NOW.plusSeconds(3))).isFalse();
  }

  /** Roles that are created and deleted in a loop must not fill the heap. */
  @Test
  void forgetsDeletedRoles() {
    for (int i = 0; i < 1_000; i++) {
      pending.isOverdue(role("deleted-" + i), USUAL, NOW);
    }

    pending.isOverdue(role("a"), USUAL, NOW.plus(Duration.ofHours(2)));

    assertThat(pending.size()).isEqualTo(1);
  }

  private static NatsServiceRole role(String uid) {
    NatsServiceRole role = new NatsServiceRole();
    role.setMetadata(new ObjectMetaBuilder().withUid(uid).build());
    return role;
  }
}
