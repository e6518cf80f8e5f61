package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.role.ForeignRoles.promptly;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Roles of two namespaces whose users would have the same name. */
@OperatorTest
class UserNameConflictsIT {

  @Test
  void serviceAccountInClusterNamespaceKeepsUserName(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    core.apply(Manifests.serviceAccount(roles.user("nats-user")));
    promptly(() -> assertThat(roles.reason("nats-user")).isEqualTo("UserNameTaken"));
    core.apply(Manifests.role(roles.user("nats-user"), "mine"));
    promptly(() -> assertThat(core.token(roles.user("nats-user"), CLUSTER)).isPresent());
    String token = core.token(roles.user("nats-user"), CLUSTER).orElseThrow();
    promptly(
        () ->
            assertThat(core.user(CLUSTER, roles.user("nats-user")).get("password").asText())
                .isEqualTo(token));
    assertThat(core.users(CLUSTER))
        .containsExactlyInAnyOrder("nats-user", roles.user("nats-user"), SENTINEL);
    promptly(
        () ->
            assertThat(core.clusterCondition(CLUSTER, "RolesBound").getMessage())
                .contains(roles.user("nats-user") + " (UserNameTaken)"));
    core.delete(core.role(roles.user("nats-user")));
    core.delete(core.serviceAccount(roles.user("nats-user")));
    promptly(
        () ->
            assertThat(
                    core.user(CLUSTER, roles.user("nats-user"))
                        .at("/permissions/publish")
                        .toString())
                .isEqualTo("[\"team\"]"));
    promptly(
        () -> assertThat(team.roleCondition("nats-user", "Bound").getStatus()).isEqualTo("True"));
  }

  /** Only the cluster's controller sees both roles and reports the one that loses. */
  @Test
  void roleInClusterNamespaceKeepsUserNameWithoutServiceAccount(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    core.apply(Manifests.role(roles.user("nats-user"), "mine"));
    promptly(() -> assertThat(roles.reason("nats-user")).isEqualTo("UserNameTaken"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    core.delete(core.role(roles.user("nats-user")));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(roles.user("nats-user")));
    promptly(
        () -> assertThat(team.roleCondition("nats-user", "Bound").getStatus()).isEqualTo("True"));
  }
}
