package org.natsoperator.cluster.validation;

import java.util.Objects;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.validation.FieldErrors;

/** Rejects settings that would make servers refuse the whole file, including revocations. */
final class NatsConfigRules {

  private static final String FIELD = "spec.natsConfig.";

  /** A CONNECT with a token of 1.2 KB and the other fields that clients send. */
  private static final int SHORTEST_LINE_WITH_TOKEN = 2_048;

  private NatsConfigRules() {}

  static void check(FieldErrors errors, NatsClusterSpec spec) {
    NatsConfig settings = spec.natsConfig();
    checkMinimum(errors, "maxConnections", settings.maxConnections());
    checkMinimum(errors, "maxPayload", settings.maxPayload());
    checkMinimum(errors, "maxPending", settings.maxPending());
    checkMinimum(errors, "maxSubscriptions", settings.maxSubscriptions());
    checkMinimum(errors, "maxControlLine", settings.maxControlLine());
    String deadline = Objects.requireNonNullElse(settings.writeDeadline(), "");
    errors.addIf(
        !deadline.isEmpty() && !deadline.matches(NatsConfig.WRITE_DEADLINE),
        FIELD + "write_deadline",
        "\"%s\" is no duration; write one such as \"2s\"",
        deadline);
    int pending = orDefault(settings.maxPending(), NatsConfig.DEFAULT_MAX_PENDING);
    errors.addIf(
        orDefault(settings.maxPayload(), 0) > pending,
        FIELD + "maxPayload",
        "must not be more than maxPending, %d; lower it or raise maxPending",
        pending);
    int line = orDefault(settings.maxControlLine(), SHORTEST_LINE_WITH_TOKEN);
    errors.addIf(
        spec.auth().enableServiceAccounts() && line < SHORTEST_LINE_WITH_TOKEN,
        FIELD + "maxControlLine",
        "must be %d or more with spec.auth.enableServiceAccounts, so that a login with a token"
            + " fits; raise or remove it",
        SHORTEST_LINE_WITH_TOKEN);
  }

  private static void checkMinimum(FieldErrors errors, String name, Integer value) {
    errors.addIf(
        orDefault(value, 0) < 0, FIELD + name, "must be 0, for the server's default, or more");
  }

  private static int orDefault(Integer value, int fallback) {
    return value == null || value == 0 ? fallback : value;
  }
}
