package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Roles with an error or without a label: their users are removed and the reason is reported. */
@OperatorTest
class InvalidRolesIT {

  private Sandbox sandbox;
  private LocalRoles roles;

  @BeforeEach
  void createClusterAndRole(Sandbox fresh) {
    sandbox = fresh;
    roles = LocalRoles.create(fresh);
  }

  @Test
  void omitsInvalidRoleWithReasonAndKeepsOthers() {
    sandbox.apply(Manifests.serviceAccount("bad"), Manifests.role("bad", "fine", "foo..bar"));
    assertThat(roles.awaitReason("bad", "Invalid"))
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
    roles.awaitUsers("nats-user", "bad");
    sandbox.awaitRole("bad", "Bound");
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
    roles.awaitUsers();
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
    assertThat(roles.awaitReason("unlabelled", "Invalid"))
        .contains("metadata.labels.nats_cluster", "NatsCluster");
    sandbox.apply(Manifests.role("unlabelled", "a"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("unlabelled"));
  }

  @Test
  void removesUserAndTokenWhenRoleLosesLabel() {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace("labels: {nats_cluster: " + CLUSTER + "}", "labels: {}"));
    roles.awaitUsers();
    await()
        .untilAsserted(
            () -> assertThat(sandbox.secret("nats-user-" + CLUSTER + "-bound-token")).isNull());
  }
}
