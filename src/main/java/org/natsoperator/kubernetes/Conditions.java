package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.api.NatsApi;

/** Conditions of positive polarity: True is good. */
public final class Conditions {

  private Conditions() {}

  /** A condition with status True. */
  public static Condition met(String type, String reason, String message) {
    return condition(type, "True", reason, message);
  }

  /** A condition with status False. */
  public static Condition unmet(String type, String reason, String message) {
    return condition(type, "False", reason, message);
  }

  /** A condition with status Unknown. */
  public static Condition unknown(String type, String reason, String message) {
    return condition(type, "Unknown", reason, message);
  }

  /** Whether the status is True. */
  public static boolean isMet(Condition condition) {
    return condition.getStatus().equals("True");
  }

  /** The reason of the condition of this type; empty without one. */
  public static String reason(List<Condition> conditions, String type) {
    return conditions.stream()
        .filter(condition -> type.equals(condition.getType()))
        .map(condition -> Objects.requireNonNullElse(condition.getReason(), ""))
        .findFirst()
        .orElse("");
  }

  /** Sets the transition times; a condition with an unchanged status keeps its time. */
  public static List<Condition> dated(
      List<Condition> conditions, List<Condition> before, long generation, Instant now) {
    return conditions.stream().map(condition -> dated(condition, before, generation, now)).toList();
  }

  private static Condition dated(
      Condition condition, List<Condition> before, long generation, Instant now) {
    Optional<String> unchangedSince =
        before.stream()
            .filter(old -> condition.getType().equals(old.getType()))
            .filter(old -> condition.getStatus().equals(old.getStatus()))
            .findFirst()
            .map(Condition::getLastTransitionTime);
    return new ConditionBuilder(condition)
        .withObservedGeneration(generation)
        .withLastTransitionTime(
            unchangedSince.orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()))
        .build();
  }

  private static Condition condition(String type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(
            message.substring(0, Math.min(message.length(), NatsApi.MAX_CONDITION_MESSAGE)))
        .build();
  }
}
