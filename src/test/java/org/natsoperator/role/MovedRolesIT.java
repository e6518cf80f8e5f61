package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.role.ForeignRoles.admitting;
import static org.natsoperator.role.ForeignRoles.annotated;
import static org.natsoperator.role.ForeignRoles.promptly;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Roles that choose another cluster by their label or annotation. */
@OperatorTest
class MovedRolesIT {

  @Test
  void roleMovesToClusterThatItNames(Sandbox core, Sandbox team, Sandbox edge) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    edge.apply(admitting(team));
    team.apply(annotated("nats-user", edge));
    promptly(
        () -> assertThat(edge.users(CLUSTER)).containsExactly(roles.user("nats-user"), SENTINEL));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    promptly(() -> assertThat(team.secret(roles.secretName("nats-user"))).isNull());
    team.apply(annotated("nats-user", core));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(roles.user("nats-user")));
    promptly(() -> assertThat(edge.users(CLUSTER)).containsExactly(SENTINEL));
    team.apply(Manifests.role("nats-user", "team"));
    promptly(() -> assertThat(roles.reason("nats-user")).isEqualTo("ClusterNotFound"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    promptly(() -> assertThat(team.secret(roles.secretName("nats-user"))).isNull());
  }

  @Test
  void changedAnnotationTriggersReconciliationOfRole(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    team.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", "team"));
    await().untilAsserted(() -> assertThat(roles.reason("nats-user")).isEqualTo("ClusterNotFound"));
    team.apply(annotated("nats-user", core));
    promptly(() -> assertThat(roles.reason("nats-user")).isEqualTo("NamespaceNotAllowed"));
  }

  @Test
  void clusterInRoleNamespaceBindsOnlyRolesWithoutAnnotation(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("explicit");
    team.apply(Manifests.serviceAccount("unannotated"), Manifests.role("unannotated", "a"));
    promptly(() -> assertThat(roles.reason("unannotated")).isEqualTo("ClusterNotFound"));
    team.apply(Manifests.cluster());
    promptly(() -> assertThat(team.users(CLUSTER)).containsExactly("unannotated", SENTINEL));
    assertThat(core.users(CLUSTER))
        .containsExactlyInAnyOrder("nats-user", roles.user("explicit"), SENTINEL);
    team.delete(team.cluster(CLUSTER));
    promptly(() -> assertThat(roles.reason("unannotated")).isEqualTo("ClusterNotFound"));
    promptly(() -> assertThat(team.token("unannotated", CLUSTER)).isEmpty());
    assertThat(core.users(CLUSTER))
        .containsExactlyInAnyOrder("nats-user", roles.user("explicit"), SENTINEL);
  }

  @Test
  void relabeledRoleMovesToOtherCluster(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    core.apply(
        Manifests.cluster(
            "other",
            "auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}"
                .formatted(team.namespace())));
    team.apply(
        Manifests.inClusterNamespace(
            core.namespace(), Manifests.role("nats-user", "other", List.of("a"), List.of())));
    promptly(
        () -> assertThat(core.users("other")).containsExactly(roles.user("nats-user"), SENTINEL));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }
}
