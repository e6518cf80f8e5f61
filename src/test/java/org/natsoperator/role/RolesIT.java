package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Creating, changing and deleting a role affects only its own user. */
@OperatorTest
class RolesIT {

  private Sandbox sandbox;
  private LocalRoles roles;

  @BeforeEach
  void createClusterAndRole(Sandbox fresh) {
    sandbox = fresh;
    roles = LocalRoles.create(fresh);
  }

  @Test
  void newRoleAddsUserToEveryFileOfCluster() {
    sandbox.apply(Manifests.serviceAccount("another"), Manifests.role("another", "bar"));
    roles.awaitUsers("nats-user", "another");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.configs(CLUSTER).values())
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(file.text()).contains("\"another\"")));
  }

  @Test
  void editedRoleKeepsItsToken() {
    String token = sandbox.token("nats-user", CLUSTER).orElseThrow();
    sandbox.apply(Manifests.role("nats-user", "foo", "hi"));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        sandbox.user(CLUSTER, "nats-user").at("/permissions/subscribe").toString())
                    .isEqualTo(
                        "[\"foo\",\"hi\",\"_INBOX_.%s.nats-user.>\"]"
                            .formatted(sandbox.namespace())));
    assertThat(sandbox.token("nats-user", CLUSTER)).contains(token);
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isEqualTo(token);
  }

  @Test
  void clusterWithoutRolesAdmitsNoClients() {
    sandbox.delete(sandbox.role("nats-user"));
    roles.awaitUsers();
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.configs(CLUSTER).values())
                    .allSatisfy(
                        file -> assertThat(file.parse().at("/authorization/users")).hasSize(1)));
  }

  @Test
  void roleWaitsForItsCluster() {
    sandbox.apply(
        Manifests.serviceAccount("early"),
        Manifests.role("early", "later", List.of("a"), List.of()));
    assertThat(roles.awaitReason("early", "ClusterNotFound"))
        .contains("metadata.labels.nats_cluster", "later");
    sandbox.apply(Manifests.cluster("later", "auth: {enableServiceAccounts: true}"));
    await()
        .untilAsserted(() -> assertThat(sandbox.users("later")).containsExactly("early", SENTINEL));
    sandbox.awaitRole("early", "Bound");
  }

  @Test
  void roleWaitsForItsServiceAccount() {
    sandbox.apply(Manifests.role("early", "a"));
    assertThat(roles.awaitReason("early", "ServiceAccountNotFound"))
        .contains("ServiceAccount early");
    sandbox.apply(Manifests.serviceAccount("early"));
    roles.awaitUsers("nats-user", "early");
    await()
        .untilAsserted(
            () -> assertThat(sandbox.role("early").getStatus().user()).isEqualTo("early"));
    assertThat(sandbox.role("early").getStatus().serviceAccount())
        .isEqualTo(sandbox.namespace() + "/early");
    assertThat(sandbox.role("early").getStatus().tokenSecret())
        .isEqualTo("early-" + CLUSTER + "-bound-token");
  }

  @Test
  void reportsClusterWithoutServiceAccounts() {
    sandbox.apply(
        Manifests.cluster("open", "size: 1"),
        Manifests.serviceAccount("a"),
        Manifests.role("a", "open", List.of("a"), List.of()));
    assertThat(roles.awaitReason("a", "ServiceAccountsDisabled"))
        .contains("spec.auth.enableServiceAccounts");
    assertThat(sandbox.token("a", "open")).isEmpty();
  }

  @Test
  void serviceAccountOfAnotherNamespaceGetsNoPermissions(Sandbox elsewhere) {
    elsewhere.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", ">"));
    await()
        .untilAsserted(
            () ->
                assertThat(elsewhere.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("ClusterNotFound"));
    assertThat(elsewhere.client().secrets().inNamespace(elsewhere.namespace()).list().getItems())
        .isEmpty();
    assertThat(sandbox.users(CLUSTER)).containsExactly("nats-user", SENTINEL);
    assertThat(sandbox.user(CLUSTER, "nats-user").at("/permissions/subscribe").toString())
        .isEqualTo("[\"foo\",\"_INBOX_.%s.nats-user.>\"]".formatted(sandbox.namespace()));
  }
}
