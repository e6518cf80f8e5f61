package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.role.ForeignRoles.admitting;
import static org.natsoperator.role.ForeignRoles.annotated;
import static org.natsoperator.role.ForeignRoles.promptly;
import static org.natsoperator.role.ForeignRoles.role;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Roles of other namespaces: their admission, their user names and their revocation. */
@OperatorTest
class AdmittedRolesIT {

  @Test
  void clusterAdmitsNoForeignRolesByDefault(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    team.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", ">"));
    await().untilAsserted(() -> assertThat(roles.reason("nats-user")).isEqualTo("ClusterNotFound"));
    team.apply(annotated("nats-user", core));
    await()
        .untilAsserted(
            () -> assertThat(roles.reason("nats-user")).isEqualTo("NamespaceNotAllowed"));
    assertThat(team.roleCondition("nats-user", "Ready").getMessage())
        .contains("metadata.annotations.nats.io/cluster-namespace", "spec.auth.allowedNamespaces");
    assertThat(team.client().secrets().inNamespace(team.namespace()).list().getItems()).isEmpty();
    assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL);
    assertThat(core.user(CLUSTER, "nats-user").at("/permissions/subscribe").toString())
        .isEqualTo("[\"home\",\"_INBOX_.%s.nats-user.>\"]".formatted(core.namespace()));
  }

  @Test
  void admittedRoleGivesUserPrefixedWithNamespace(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    assertThat(core.user(CLUSTER, roles.user("nats-user")).at("/permissions/subscribe").toString())
        .isEqualTo("[\"team\",\"_INBOX_.%s.nats-user.>\"]".formatted(team.namespace()));
    Secret secret = team.secret(roles.secretName("nats-user"));
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("app", "nats")
        .containsEntry("nats_cluster", CLUSTER);
    assertThat(secret.getMetadata().getAnnotations())
        .containsEntry("nats.io/cluster-namespace", core.namespace());
    String token = roles.token("nats-user");
    assertThat(core.user(CLUSTER, roles.user("nats-user")).get("password").asText())
        .isEqualTo(token);
    assertThat(Jwt.claims(token).get("aud").toString())
        .isEqualTo("[\"nats://%s.%s.svc\"]".formatted(CLUSTER, core.namespace()));
    assertThat(Jwt.claims(token).get("sub").asText())
        .isEqualTo("system:serviceaccount:%s:nats-user".formatted(team.namespace()));
    promptly(
        () -> {
          assertThat(team.role("nats-user").getStatus().user()).isEqualTo(roles.user("nats-user"));
          assertThat(team.role("nats-user").getStatus().clusterNamespace())
              .isEqualTo(core.namespace());
          assertThat(team.role("nats-user").getStatus().tokenSecret())
              .isEqualTo(roles.secretName("nats-user"));
        });
  }

  @Test
  void localAndForeignRoleHaveOwnTokenAndPermissions(Sandbox core, Sandbox team)
      throws IOException {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    String home = core.token("nats-user", CLUSTER).orElseThrow();
    try (NatsServer server =
            NatsServer.start("2.15.3", core.configs(CLUSTER).get(CLUSTER).parse());
        NatsClient client =
            NatsClient.login(server, roles.user("nats-user"), roles.token("nats-user"));
        NatsClient witness = NatsClient.login(server, "nats-user", home)) {
      assertThat(Login.as(server, roles.user("nats-user"), roles.token("nats-user")))
          .isEqualTo(WELCOME);
      assertThat(Login.as(server, "nats-user", home)).isEqualTo(WELCOME);
      assertThat(Login.as(server, "nats-user", roles.token("nats-user"))).isEqualTo(REFUSAL);
      assertThat(Login.as(server, roles.user("nats-user"), home)).isEqualTo(REFUSAL);
      assertThat(client.subscribe("home", witness)).isEqualTo(REFUSED);
      assertThat(witness.subscribe("home", witness)).isEqualTo(ALLOWED);
    }
  }

  @Test
  void changesInForeignNamespaceReachCluster(Sandbox core, Sandbox team) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    team.apply(role("nats-user", "edited", core));
    promptly(
        () ->
            assertThat(
                    core.user(CLUSTER, roles.user("nats-user"))
                        .at("/permissions/publish")
                        .toString())
                .isEqualTo("[\"edited\"]"));
    String token = roles.token("nats-user");
    team.delete(team.secret(roles.secretName("nats-user")));
    promptly(() -> assertThat(roles.token("nats-user")).isNotEqualTo(token));
    promptly(
        () ->
            assertThat(core.user(CLUSTER, roles.user("nats-user")).get("password").asText())
                .isEqualTo(roles.token("nats-user")));
    team.delete(team.serviceAccount("nats-user"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    team.apply(Manifests.serviceAccount("nats-user"));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(roles.user("nats-user")));
    team.delete(team.role("nats-user"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }

  @Test
  void removingAllowedNamespaceRevokesOnlyItsLogins(Sandbox core, Sandbox team, Sandbox other) {
    ForeignRoles roles = new ForeignRoles(core, team);
    roles.admit("nats-user");
    core.apply(admitting(team, other));
    other.apply(Manifests.serviceAccount("b"), role("b", "b", core));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(other.namespace() + ".b"));
    core.apply(admitting(other));
    promptly(
        () ->
            assertThat(core.users(CLUSTER))
                .containsExactlyInAnyOrder("nats-user", other.namespace() + ".b", SENTINEL));
    promptly(() -> assertThat(team.secret(roles.secretName("nats-user"))).isNull());
    promptly(() -> assertThat(roles.reason("nats-user")).isEqualTo("NamespaceNotAllowed"));
    assertThat(team.role("nats-user").getStatus().user()).isNull();
  }

  @Test
  void rejectsInvalidNamespaceName(Sandbox core) {
    assertThat(core.kubectlApply(Manifests.cluster("wild", "auth: {allowedNamespaces: ['*']}")))
        .contains("spec.auth.allowedNamespaces", "\"*\" is not a valid namespace name");
  }
}
