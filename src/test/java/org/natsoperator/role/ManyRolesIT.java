package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.Sandbox;

/** A thousand roles at once, two of which are invalid. */
@ReleaseTest
@OperatorTest
class ManyRolesIT {

  /** One file can contain about 650 users, so there are two clusters. */
  private static final List<String> CLUSTERS = List.of(CLUSTER, "other-nats");

  private static final int EACH = 500;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void allRolesAreBoundExceptMalformedAndDuplicateUserName(Sandbox sandbox, Sandbox elsewhere) {
    String admits =
        "size: 3\nauth: {enableServiceAccounts: true, allowedNamespaces: [%s]}\n"
            .formatted(elsewhere.namespace());
    CLUSTERS.forEach(cluster -> sandbox.apply(Manifests.cluster(cluster, admits)));
    try (ExecutorService users = Executors.newFixedThreadPool(8)) {
      List<Future<?>> applied = new ArrayList<>();
      CLUSTERS.forEach(
          cluster ->
              IntStream.range(0, EACH)
                  .forEach(
                      i ->
                          applied.add(
                              users.submit(
                                  () -> apply(sandbox, name(cluster, i), cluster, "foo")))));
      applied.add(users.submit(() -> apply(sandbox, "malformed", CLUSTER, "foo..bar")));
      applied.add(
          users.submit(() -> apply(sandbox, elsewhere.namespace() + ".twin", CLUSTER, "foo")));
      String twin =
          Manifests.inClusterNamespace(sandbox.namespace(), Manifests.role("twin", "foo"));
      applied.add(users.submit(() -> elsewhere.apply(Manifests.serviceAccount("twin"), twin)));
      assertThat(applied).allSatisfy(Future::get);
    }
    for (String cluster : CLUSTERS) {
      List<String> expected = IntStream.range(0, EACH).mapToObj(i -> name(cluster, i)).toList();
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(sandbox.users(cluster)).containsAll(expected));
    }
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .hasSize(EACH + 2)
                    .contains(elsewhere.namespace() + ".twin")
                    .doesNotContain("malformed"));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("malformed", "Ready").getReason())
                    .isEqualTo("Invalid"));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(elsewhere.roleCondition("twin", "Ready").getReason())
                    .isEqualTo("UserNameTaken"));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(
                        sandbox
                            .client()
                            .resources(NatsServiceRole.class)
                            .inNamespace(sandbox.namespace())
                            .list()
                            .getItems())
                    .filteredOn(role -> !role.getMetadata().getName().equals("malformed"))
                    .hasSize(CLUSTERS.size() * EACH + 1)
                    .allMatch(ManyRolesIT::isBound));
    String twin = sandbox.user(CLUSTER, elsewhere.namespace() + ".twin").get("password").asText();
    assertThat(sandbox.token(elsewhere.namespace() + ".twin", CLUSTER)).contains(twin);
  }

  private static boolean isBound(NatsServiceRole role) {
    return role.getStatus() != null
        && role.getStatus().conditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Bound") && condition.getStatus().equals("True"));
  }

  private static void apply(Sandbox sandbox, String name, String cluster, String subject) {
    sandbox.apply(
        Manifests.serviceAccount(name),
        Manifests.role(name, cluster, List.of(subject), List.of(subject)));
  }

  private static String name(String cluster, int i) {
    return cluster + "-user-" + i;
  }
}
