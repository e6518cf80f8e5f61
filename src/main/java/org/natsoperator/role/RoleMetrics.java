package org.natsoperator.role;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.token.IssueReason;
import org.springframework.stereotype.Component;

/**
 * How many roles there are of each kind, and how many tokens were issued. Labels are words of ours
 * alone: never the name of a role, of which there may be thousands.
 */
@Component
class RoleMetrics {

  private static final String ROLES = "nats.operator.roles";
  private static final String ISSUED = "nats.operator.tokens.issued";
  private static final String FAILED = "nats.operator.token.requests.failed";

  private final MeterRegistry meters;

  RoleMetrics(MeterRegistry meters) {
    this.meters = meters;
    Stream.of(IssueReason.values()).forEach(this::issued);
    failed();
  }

  /** A token was issued and is in its Secret. */
  void countIssued(IssueReason cause) {
    issued(cause).increment();
  }

  /** The API server did not issue a token. */
  void countFailedRequest() {
    failed().increment();
  }

  /** Counts these whenever somebody asks; call it once. */
  void show(Supplier<Stream<NatsServiceRole>> roles) {
    show("in_force", RoleReasons.IN_FORCE, roles);
    show("bound", RoleReasons.NOT_IN_FORCE, roles);
    RoleReasons.OF_UNBOUND.forEach(reason -> show("unbound", reason, roles));
    show("pending", "", roles, reason -> !RoleReasons.ALL.contains(reason));
  }

  private void show(String state, String reason, Supplier<Stream<NatsServiceRole>> roles) {
    show(state, reason, roles, reason::equals);
  }

  private void show(
      String state,
      String reason,
      Supplier<Stream<NatsServiceRole>> roles,
      Predicate<String> counts) {
    Gauge.builder(ROLES, () -> roles.get().map(RoleMetrics::reason).filter(counts).count())
        .description("Roles by what became of them")
        .tag("state", state)
        .tag("reason", reason)
        .register(meters);
  }

  private static String reason(NatsServiceRole role) {
    return Conditions.reason(
        role.getStatus() == null ? List.of() : role.getStatus().conditions(), RoleConditions.READY);
  }

  private Counter issued(IssueReason cause) {
    return Counter.builder(ISSUED)
        .description("Tokens that were issued, by cause")
        .tag("cause", cause.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }

  private Counter failed() {
    return Counter.builder(FAILED)
        .description("Tokens that the API server did not issue")
        .register(meters);
  }
}
