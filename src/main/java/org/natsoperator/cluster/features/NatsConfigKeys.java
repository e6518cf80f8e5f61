package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldErrors;

/** The keys of nats.conf that a user sets directly, in {@code spec.natsConfig}. */
final class NatsConfigKeys implements ServerFeature {

  static final String FIELD = "spec.natsConfig.";

  /** A CONNECT with a token of 1.2 KB and the other fields that clients send. */
  private static final int SHORTEST_LINE_WITH_TOKEN = 2_048;

  /** The default of servers from 2.0 on; a CONNECT with a token fits. */
  private static final int CONTROL_LINE = 4096;

  /** A server rejects the whole file, including its revocations, for one invalid value. */
  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    NatsConfig config = spec.natsConfig();
    Optional<ServerVersion> version = ServerVersion.parse(spec.version());
    NatsConfigKey.ALL.forEach(key -> key.validate(config, version, errors));
    String deadline = Objects.requireNonNullElse(config.writeDeadline(), "");
    errors.addIf(
        !deadline.isEmpty() && !deadline.matches(NatsConfig.WRITE_DEADLINE),
        FIELD + "write_deadline",
        "\"%s\" is not a valid duration; use one such as \"2s\"",
        deadline);
    int pending = orDefault(config.maxPending(), NatsConfig.DEFAULT_MAX_PENDING);
    errors.addIf(
        orDefault(config.maxPayload(), 0) > pending,
        FIELD + "maxPayload",
        "must not exceed maxPending (%d); lower it or raise maxPending",
        pending);
    int line = orDefault(config.maxControlLine(), SHORTEST_LINE_WITH_TOKEN);
    errors.addIf(
        spec.auth().enableServiceAccounts() && line < SHORTEST_LINE_WITH_TOKEN,
        FIELD + "maxControlLine",
        "must be %d or more with spec.auth.enableServiceAccounts, so that a login with a token"
            + " fits; raise it or remove it",
        SHORTEST_LINE_WITH_TOKEN);
  }

  @Override
  public void warn(NatsCluster cluster, FieldErrors warnings) {
    warnings.addIf(
        Boolean.TRUE.equals(cluster.getSpec().natsConfig().trace()),
        FIELD + "trace",
        "logs the payload of every message; remove it after debugging");
  }

  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    NatsConfigKey.ALL.forEach(
        key -> key.write(config.spec().natsConfig(), config.version(), natsConf));
    if (config.version().needsLongerControlLine() && !natsConf.has("max_control_line")) {
      natsConf.put("max_control_line", CONTROL_LINE);
    }
  }

  @Override
  public Set<String> reloadable() {
    return NatsConfigKey.ALL.stream()
        .filter(NatsConfigKey::reloadable)
        .map(NatsConfigKey::key)
        .collect(Collectors.toSet());
  }

  private static int orDefault(Integer value, int fallback) {
    return value == null || value == 0 ? fallback : value;
  }
}
