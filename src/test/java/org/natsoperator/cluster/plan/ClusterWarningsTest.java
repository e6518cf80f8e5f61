package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.ClusterStatuses.*;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.validation.FieldError;

/** Conditions of clusters with errors, warnings and rejected requests. */
class ClusterWarningsTest {

  @Test
  void errorsTakePrecedenceOverOtherReasons() {
    List<FieldError> errors =
        List.of(new FieldError("spec.size", "a"), new FieldError("spec.version", "b"));
    NatsCluster invalid = Clusters.cluster("{size: 2, version: latest!}");
    NatsClusterStatus status =
        ClusterConditions.status(
            observed(invalid, List.of(), ONE, TWO),
            errors,
            users(Map.of()),
            confirmed(ONE, TWO),
            STEADY,
            START);

    assertThat(conditions(status))
        .startsWith("Ready=False Invalid", "ConfigApplied=True Confirmed");
    assertThat(message(status, "Ready")).isEqualTo("spec.size: a; spec.version: b");
  }

  @Test
  void listsLimitedNumberOfUnboundRoles() {
    List<ObservedRole> roles =
        IntStream.rangeClosed(1, 7)
            .mapToObj(i -> Roles.role("r" + i, List.of(), List.of()))
            .map(ClusterStatuses::bound)
            .toList();
    Map<Identity, Unbound> unbound = new LinkedHashMap<>();
    roles.stream()
        .limit(6)
        .forEach(role -> unbound.put(role.identity(), new Unbound("Invalid", "x")));
    NatsClusterStatus status =
        ClusterConditions.status(
            observed(CLUSTER, roles, ONE, TWO),
            List.of(),
            users(unbound),
            confirmed(ONE, TWO),
            STEADY,
            START);

    assertThat(status.roles()).isEqualTo("1/7");
    assertThat(conditions(status))
        .contains("Ready=True AllServersReady", "RolesBound=False SomeUnbound");
    assertThat(message(status, "RolesBound"))
        .contains("6 roles are not bound", "r1 (Invalid)", "r5 (Invalid)", "…")
        .doesNotContain("r6");
  }

  @Test
  void listsFieldsWithoutEffect() {
    NatsCluster cluster =
        Clusters.cluster(
            "{size: 2, version: 2.15.3, useServerName: true, pod: {advertiseExternalIP: true}}");
    NatsClusterStatus status =
        ClusterConditions.status(
            observed(cluster, List.of(), ONE, TWO),
            List.of(),
            users(Map.of()),
            confirmed(ONE, TWO),
            STEADY,
            START);

    assertThat(conditions(status)).contains("FieldsSupported=False FieldsIgnored");
    assertThat(message(status, "FieldsSupported"))
        .endsWith("spec.useServerName, spec.pod.advertiseExternalIP; remove them");
  }

  @Test
  void namesForeignFieldsThatCameBack() {
    List<String> fields = List.of("a", "b", "c", "d", "e", "f");
    NatsClusterStatus status =
        ManagedCondition.withForeignFields(status(observed(ONE, TWO), confirmed(ONE, TWO)), fields);

    assertThat(conditions(status))
        .contains("Ready=True AllServersReady", "Managed=False ForeignFields");
    assertThat(message(status, "Managed"))
        .contains("another client", ": a, b, c, d, e, …;")
        .endsWith("stop that client");
    assertThat(ClusterConditions.warnings(status))
        .extracting(Condition::getType)
        .containsExactly("Managed");
  }

  @Test
  void pausedClusterDoesNotReportForeignFields() {
    NatsCluster paused = Clusters.cluster("{size: 2, version: 2.15.3, paused: true}");
    NatsClusterStatus status = status(observed(paused, List.of(), ONE, TWO), confirmed(ONE, TWO));

    assertThat(ManagedCondition.withForeignFields(status, List.of("a"))).isEqualTo(status);
  }

  @Test
  void invalidClusterIsNotManaged() {
    NatsCluster invalid = Clusters.cluster("{size: 2, version: latest!}");
    NatsClusterStatus status =
        ClusterConditions.status(
            observed(invalid, List.of(), ONE, TWO),
            List.of(new FieldError("spec.version", "a")),
            users(Map.of()),
            confirmed(ONE, TWO),
            STEADY,
            START);

    assertThat(conditions(status)).contains("Managed=False Invalid");
    assertThat(ClusterConditions.warnings(status))
        .as("only one warning for the same error")
        .extracting(Condition::getType)
        .containsExactly("Ready");
  }

  @Test
  void warnsAboutConditionsThatNeedUserAction() {
    Map<String, Push> pushes = pushes(Push.start(TWO, file(), false, START));
    NatsCluster cluster = Clusters.cluster("{size: 2, version: 2.15.3, useServerName: true}");
    NatsClusterStatus status =
        status(observed(cluster, List.of(), ONE, TWO), pushes, START.plusSeconds(11));

    assertThat(ClusterConditions.warnings(status))
        .extracting(Condition::getReason)
        .containsExactly("ServerRefuses", "FieldsIgnored");
    assertThat(ClusterConditions.warnings(status(observed(ONE, TWO), pushes, START))).isEmpty();
  }

  @Test
  void rejectionByApiServerReplacesOnlyReady() {
    NatsCluster cluster = Clusters.cluster("{size: 2, version: 2.15.3}");
    cluster.setStatus(status(observed(ONE, TWO), confirmed(ONE, TWO)));
    NatsClusterStatus refused =
        ClusterConditions.refused(cluster, new FieldError("spec.pod", "too much"));

    assertThat(conditions(refused))
        .containsExactly(
            "Ready=False Refused",
            "ConfigApplied=True Confirmed",
            "RolesBound=True AllBound",
            "FieldsSupported=True AllSupported",
            "Managed=True FollowsSpec");
    assertThat(message(refused, "Ready")).contains("too much");
    assertThat(refused.servers()).isEqualTo("2/2");
  }

  /** Server-side apply rejects several conditions of one type. */
  @Test
  void rejectionKeepsNoConditionsOfGoOperator() {
    NatsCluster cluster = Clusters.cluster("{size: 2}");
    Condition old = Conditions.met("Available", "", "");
    cluster.setStatus(NatsClusterStatus.of(List.of(old, old)));

    assertThat(
            conditions(ClusterConditions.refused(cluster, new FieldError("spec.pod", "too much"))))
        .containsExactly("Ready=False Refused");
  }
}
