package org.natsoperator.role;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.leader.Leadership;
import org.natsoperator.token.IssueReason;
import org.springframework.stereotype.Component;

/**
 * Metrics of roles by state and of issued tokens. Label values are constants, never the name of a
 * role, since there may be thousands of roles.
 */
@Component
class RoleMetrics {

  private final MeterRegistry meters;
  private final Counter failed;
  private final List<Gauge> shown = new ArrayList<>();

  RoleMetrics(MeterRegistry meters, Leadership leadership) {
    this.meters = meters;
    leadership.whenEnded(this::hide);
    Stream.of(IssueReason.values()).forEach(this::issued);
    failed =
        Counter.builder("nats.operator.token.requests.failed")
            .description("Token requests that failed")
            .register(meters);
  }

  /** Counts a token that was issued and is in its Secret. */
  void countIssued(IssueReason cause) {
    issued(cause).increment();
  }

  /** Counts a failed token request. */
  void countFailedRequest() {
    failed.increment();
  }

  /** Registers the gauges that count these roles, until the end of the term. */
  synchronized void show(Supplier<Stream<NatsServiceRole>> roles) {
    if (!shown.isEmpty()) {
      return;
    }
    show("in_force", RoleReasons.IN_FORCE, roles, RoleReasons.IN_FORCE::equals);
    show("bound", RoleReasons.NOT_IN_FORCE, roles, RoleReasons.NOT_IN_FORCE::equals);
    show("bound", RoleReasons.CHANGE_DOES_NOT_FIT, roles, RoleReasons.CHANGE_DOES_NOT_FIT::equals);
    RoleReasons.OF_UNBOUND.forEach(reason -> show("unbound", reason, roles, reason::equals));
    show("pending", "", roles, reason -> !RoleReasons.ALL.contains(reason));
  }

  private synchronized void hide() {
    shown.forEach(meters::remove);
    shown.clear();
  }

  private void show(
      String state,
      String reason,
      Supplier<Stream<NatsServiceRole>> roles,
      Predicate<String> counts) {
    shown.add(
        Gauge.builder(
                "nats.operator.roles",
                () -> roles.get().map(RoleMetrics::reason).filter(counts).count())
            .description("Roles by state and reason")
            .tag("state", state)
            .tag("reason", reason)
            .register(meters));
  }

  private static String reason(NatsServiceRole role) {
    return Conditions.reason(
        role.getStatus() == null ? List.of() : role.getStatus().conditions(), RoleConditions.READY);
  }

  private Counter issued(IssueReason cause) {
    return Counter.builder("nats.operator.tokens.issued")
        .description("Issued tokens by cause")
        .tag("cause", cause.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }
}
