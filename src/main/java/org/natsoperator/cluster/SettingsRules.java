package org.natsoperator.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.validation.FieldError;

/** What a server would refuse keeps it from taking anything, revocations too. */
final class SettingsRules {

  private static final String FIELD = "spec.natsConfig.";

  /** A CONNECT with a token of 1.2 KB and all else that clients say of themselves. */
  private static final int SHORTEST_LINE_WITH_TOKEN = 2_048;

  private SettingsRules() {}

  static void check(List<FieldError> errors, NatsClusterSpec spec) {
    NatsConfig settings = spec.natsConfig();
    checkNumbers(errors, settings);
    checkDeadline(errors, Objects.requireNonNullElse(settings.writeDeadline(), ""));
    int pending = orDefault(settings.maxPending(), NatsConfig.DEFAULT_MAX_PENDING);
    if (orDefault(settings.maxPayload(), 0) > pending) {
      errors.add(
          new FieldError(
              FIELD + "maxPayload",
              "must not be more than maxPending, %d; lower it or raise maxPending"
                  .formatted(pending)));
    }
    int line = orDefault(settings.maxControlLine(), SHORTEST_LINE_WITH_TOKEN);
    if (spec.auth().enableServiceAccounts() && line < SHORTEST_LINE_WITH_TOKEN) {
      errors.add(
          new FieldError(
              FIELD + "maxControlLine",
              "must be %d or more with spec.auth.enableServiceAccounts, so that a login with a token fits; raise or remove it"
                  .formatted(SHORTEST_LINE_WITH_TOKEN)));
    }
  }

  private static void checkNumbers(List<FieldError> errors, NatsConfig settings) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    numbers.put("maxConnections", settings.maxConnections());
    numbers.put("maxPayload", settings.maxPayload());
    numbers.put("maxPending", settings.maxPending());
    numbers.put("maxSubscriptions", settings.maxSubscriptions());
    numbers.put("maxControlLine", settings.maxControlLine());
    numbers.forEach(
        (name, value) -> {
          if (orDefault(value, 0) < 0) {
            errors.add(
                new FieldError(FIELD + name, "must be 0, for the server's default, or more"));
          }
        });
  }

  private static void checkDeadline(List<FieldError> errors, String deadline) {
    if (!deadline.isEmpty() && !deadline.matches(NatsConfig.WRITE_DEADLINE)) {
      errors.add(
          new FieldError(
              FIELD + "write_deadline",
              "\"%s\" is no duration; write one such as \"2s\"".formatted(deadline)));
    }
  }

  private static int orDefault(Integer value, int fallback) {
    return value == null || value == 0 ? fallback : value;
  }
}
