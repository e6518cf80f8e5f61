package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import java.util.List;
import org.natsoperator.testing.Sandbox;

/** A cluster with roles of its own namespace. */
record LocalRoles(Sandbox sandbox) {

  /** Creates the cluster and the role {@code nats-user}, and waits for its user. */
  static LocalRoles create(Sandbox sandbox) {
    IssuedToken.of(sandbox);
    return new LocalRoles(sandbox);
  }

  /** Waits until nats.conf has these users, the sentinel after them, and no other user. */
  void awaitUsers(String... names) {
    await()
        .untilAsserted(
            () -> {
              List<String> users = sandbox.users(CLUSTER);
              assertThat(users).last().isEqualTo(SENTINEL);
              assertThat(users.subList(0, users.size() - 1)).containsExactlyInAnyOrder(names);
            });
  }

  /** Waits until a role is not ready for this reason, and returns the message. */
  String awaitReason(String role, String reason) {
    await()
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition(role, "Ready").getReason()).isEqualTo(reason));
    return sandbox.roleCondition(role, "Ready").getMessage();
  }
}
