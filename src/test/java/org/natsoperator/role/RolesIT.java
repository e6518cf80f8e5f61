package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Creating, changing and deleting a role affects only its own user. */
@OperatorTest
class RolesIT {

  private static final String SENTINEL = "_nobody";

  private Sandbox sandbox;

  @BeforeEach
  void cluster(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }

  @Test
  void newRoleAddsUserToEveryFileOfCluster() {
    sandbox.apply(Manifests.serviceAccount("another"), Manifests.role("another", "bar"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsExactlyInAnyOrder("nats-user", "another", SENTINEL));
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
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly(SENTINEL));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.configs(CLUSTER).values())
                    .allSatisfy(
                        file -> assertThat(file.parse().at("/authorization/users")).hasSize(1)));
  }

  @Test
  void omitsInvalidRoleWithReasonAndKeepsOthers() {
    sandbox.apply(Manifests.serviceAccount("bad"), Manifests.role("bad", "fine", "foo..bar"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("bad", "Ready").getReason()).isEqualTo("Invalid"));
    assertThat(sandbox.roleCondition("bad", "Ready").getMessage())
        .contains(
            "spec.permissions.publish[1]",
            "spec.permissions.subscribe[1]",
            "foo..bar",
            "remove the extra dot");
    // The Event follows the status.
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role("bad")))
                    .singleElement()
                    .satisfies(
                        event -> {
                          assertThat(event.getReason()).isEqualTo("Invalid");
                          assertThat(event.getNote())
                              .contains("spec.permissions.publish[1]", "foo..bar");
                        }));
    assertThat(sandbox.users(CLUSTER)).containsExactly("nats-user", SENTINEL);
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "RolesBound").getMessage())
                    .contains("bad (Invalid)"));
    sandbox.apply(Manifests.role("bad", "fine"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsExactlyInAnyOrder("nats-user", "bad", SENTINEL));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition("bad", "Bound").getStatus()).isEqualTo("True"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role("bad")))
                    .extracting(Event::getReason)
                    .containsExactlyInAnyOrder("Invalid", "TokenIssued"));
  }

  @Test
  void emitsEventAboutRoleWithLongestName() {
    String name = "a".repeat(241) + "-".repeat(11) + "a";
    sandbox.apply(Manifests.role(name, "foo"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role(name)))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getNote()).contains("is too long")));
  }

  @Test
  void reportsFirstErrorsOfRoleWithThousand() {
    String[] subjects =
        IntStream.range(0, 1_000).mapToObj("foo..%d"::formatted).toArray(String[]::new);
    sandbox.apply(Manifests.role("many", subjects));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("many", "Ready").getMessage())
                    .contains("publish[0]", "publish[49]", "spec: has more than 50 errors")
                    .doesNotContain("publish[50]"));
  }

  @Test
  void removesUserWhenRoleBecomesInvalid() {
    sandbox.apply(Manifests.role("nats-user", "foo.>.bar"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly(SENTINEL));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Bound").getReason())
                    .isEqualTo("Invalid"));
  }

  @Test
  void reportsRoleWithoutLabel() {
    sandbox.apply(
        Manifests.serviceAccount("unlabelled"),
        Manifests.role("unlabelled", "a")
            .replace("labels: {nats_cluster: " + CLUSTER + "}", "labels: {}"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("unlabelled", "Ready").getReason())
                    .isEqualTo("Invalid"));
    assertThat(sandbox.roleCondition("unlabelled", "Ready").getMessage())
        .contains("metadata.labels.nats_cluster", "NatsCluster");
    sandbox.apply(Manifests.role("unlabelled", "a"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("unlabelled"));
  }

  @Test
  void removesUserAndTokenWhenRoleLosesLabel() {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace("labels: {nats_cluster: " + CLUSTER + "}", "labels: {}"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly(SENTINEL));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.secret("nats-user-" + CLUSTER + "-bound-token")).isNull());
  }

  @Test
  void roleWaitsForItsCluster() {
    sandbox.apply(
        Manifests.serviceAccount("early"),
        Manifests.role("early", "later", List.of("a"), List.of()));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("early", "Ready").getReason())
                    .isEqualTo("ClusterNotFound"));
    assertThat(sandbox.roleCondition("early", "Ready").getMessage())
        .contains("metadata.labels.nats_cluster", "later");
    sandbox.apply(Manifests.cluster("later", "auth: {enableServiceAccounts: true}"));
    await()
        .untilAsserted(() -> assertThat(sandbox.users("later")).containsExactly("early", SENTINEL));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("early", "Bound").getStatus()).isEqualTo("True"));
  }

  @Test
  void roleWaitsForItsServiceAccount() {
    sandbox.apply(Manifests.role("early", "a"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("early", "Ready").getReason())
                    .isEqualTo("ServiceAccountNotFound"));
    assertThat(sandbox.roleCondition("early", "Ready").getMessage())
        .contains("ServiceAccount early");
    sandbox.apply(Manifests.serviceAccount("early"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsExactlyInAnyOrder("nats-user", "early", SENTINEL));
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
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("a", "Ready").getReason())
                    .isEqualTo("ServiceAccountsDisabled"));
    assertThat(sandbox.roleCondition("a", "Ready").getMessage())
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
