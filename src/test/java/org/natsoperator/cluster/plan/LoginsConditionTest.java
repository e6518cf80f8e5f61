package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.ClusterStatuses.START;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.server.ObservedRefusals;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;

class LoginsConditionTest {

  private static final String SPEC = "{size: 1, version: %s, auth: {enableServiceAccounts: true}}";

  private final NatsCluster cluster = Clusters.cluster(SPEC.formatted("2.10.27"));

  @Test
  void acceptsWithoutRefusal() {
    assertThat(reason(refusals(Optional.empty()), START)).isEqualTo("True NoneRefused");
  }

  @Test
  void refusalIsReportedForTenMinutes() {
    ObservedRefusals refused = refusals(Optional.of(START));

    assertThat(reason(refused, START)).isEqualTo("False LoginsRefused");
    assertThat(reason(refused, START.plus(Duration.ofSeconds(599))))
        .isEqualTo("False LoginsRefused");
    assertThat(reason(refused, START.plus(Duration.ofMinutes(10)))).isEqualTo("True NoneRefused");
  }

  @Test
  void singleRefusalIsNotReported() {
    ObservedRefusals single =
        new ObservedRefusals(
            START.minusSeconds(3600), Optional.of(START.minusSeconds(29)), Optional.of(START));

    assertThat(reason(single, START)).isEqualTo("True NoneRefused");
    report(condition(refusals(Optional.of(START)), START));
    assertThat(reason(single, START)).as("after repeated ones").isEqualTo("False LoginsRefused");
  }

  @Test
  void messageDoesNotChangeWithFurtherRefusals() {
    String first = condition(refusals(Optional.of(START)), START).getMessage();
    Instant later = START.plusSeconds(500);

    assertThat(condition(refusals(Optional.of(later)), later).getMessage())
        .isEqualTo(first)
        .contains("token file");
  }

  @Test
  void nextLeaderReportsForTenMoreMinutesAtMost() {
    report(condition(refusals(Optional.of(START)), START));
    ObservedRefusals ofNextLeader = ObservedRefusals.none(START.plus(Duration.ofHours(1)));

    assertThat(reason(ofNextLeader, START.plus(Duration.ofMinutes(69))))
        .isEqualTo("False LoginsRefused");
    assertThat(reason(ofNextLeader, START.plus(Duration.ofMinutes(70))))
        .isEqualTo("True NoneRefused");
  }

  @Test
  void staysWhileNothingIsCounted() {
    assertThat(notCounted()).isEqualTo("True");

    report(condition(refusals(Optional.of(START)), START));

    assertThat(notCounted()).isEqualTo("False");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{size: 1, version: 2.15.3}",
        "{size: 1, version: 2.9.25, auth: {enableServiceAccounts: true}}",
        "{size: 1, version: invalid, auth: {enableServiceAccounts: true}}"
      })
  void absentIfServersReportNoRefusals(String spec) {
    ObservedCluster observed = ObservedClusterFixture.of(Clusters.cluster(spec)).build();

    assertThat(LoginsCondition.of(observed, START)).isEmpty();
  }

  private void report(Condition condition) {
    cluster.setStatus(NatsClusterStatus.of(List.of(condition)));
  }

  private String notCounted() {
    return LoginsCondition.of(ObservedClusterFixture.of(cluster).build(), START)
        .orElseThrow()
        .getStatus();
  }

  private String reason(ObservedRefusals refusals, Instant now) {
    Condition condition = condition(refusals, now);
    return condition.getStatus() + " " + condition.getReason();
  }

  private Condition condition(ObservedRefusals refusals, Instant now) {
    return LoginsCondition.of(ObservedClusterFixture.of(cluster).refusals(refusals).build(), now)
        .orElseThrow();
  }

  private static ObservedRefusals refusals(Optional<Instant> last) {
    return new ObservedRefusals(
        START.minusSeconds(3600), last.map(at -> at.minusSeconds(30)), last);
  }
}
