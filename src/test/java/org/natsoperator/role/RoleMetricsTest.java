package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.Roles;
import org.natsoperator.token.IssueReason;

class RoleMetricsTest {

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final RoleMetrics meters = new RoleMetrics(registry, new Leadership());

  @Test
  void everyCauseExistsBeforeFirstToken() {
    assertThat(registry.find("nats.operator.tokens.issued").counters())
        .extracting(counter -> counter.getId().getTag("cause"))
        .containsExactlyInAnyOrder(
            "new",
            "deleted",
            "asked",
            "empty",
            "role_replaced",
            "account_replaced",
            "cluster_replaced",
            "unproven");
  }

  @Test
  void countsTokensByCause() {
    meters.countIssued(IssueReason.ASKED);
    meters.countIssued(IssueReason.ASKED);
    meters.countFailedRequest();

    assertThat(registry.get("nats.operator.tokens.issued").tag("cause", "asked").counter().count())
        .isEqualTo(2);
    assertThat(registry.get("nats.operator.tokens.issued").tag("cause", "new").counter().count())
        .isZero();
    assertThat(registry.get("nats.operator.token.requests.failed").counter().count()).isEqualTo(1);
  }

  @Test
  void countsRolesByCurrentStatus() {
    List<NatsServiceRole> roles =
        new ArrayList<>(
            List.of(
                role("InForce"), role("InForce"), role("NotInForce"), role("Invalid"), role(null)));
    meters.show(roles::stream);

    assertThat(count("in_force", "InForce")).isEqualTo(2);
    assertThat(count("bound", "NotInForce")).isEqualTo(1);
    assertThat(count("unbound", "Invalid")).isEqualTo(1);
    assertThat(count("unbound", "ConfigFull")).isZero();
    assertThat(count("pending", "")).isEqualTo(1);

    roles.removeFirst();
    assertThat(count("in_force", "InForce")).isEqualTo(1);
  }

  /** Other users can write the status too. */
  @Test
  void omitsUnknownReasonFromLabels() {
    meters.show(() -> List.of(role("a foreign reason")).stream());

    assertThat(count("pending", "")).isEqualTo(1);
    assertThat(registry.find("nats.operator.roles").gauges()).hasSize(RoleReasons.ALL.size() + 1);
  }

  private double count(String state, String reason) {
    return registry
        .get("nats.operator.roles")
        .tag("state", state)
        .tag("reason", reason)
        .gauge()
        .value();
  }

  private static NatsServiceRole role(String reason) {
    NatsServiceRole role = Roles.user();
    if (reason != null) {
      role.setStatus(
          Roles.status(
              Conditions.unmet("Bound", "Other", ""), Conditions.unmet("Ready", reason, "")));
    }
    return role;
  }
}
