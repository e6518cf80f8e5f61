package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldErrors;

/**
 * A field of {@code spec.natsConfig} and its key in nats.conf. A new key is a component of {@link
 * NatsConfig} and a row of {@link #ALL}.
 *
 * @param value returns the value to write; null, 0 and an empty text leave the server's default
 * @param minimum the smallest valid number
 * @param reloadable whether a running server reloads the key; without it, a change restarts servers
 * @param since the first version that knows the key; a server from 2.0 on rejects unknown keys
 */
record NatsConfigKey(
    String field,
    String key,
    Function<NatsConfig, Object> value,
    int minimum,
    boolean reloadable,
    ServerVersion since) {

  private static final int NONE = Integer.MIN_VALUE;
  private static final boolean RELOAD = true;
  private static final boolean RESTART = false;
  private static final ServerVersion ANY = ServerVersion.of(0, 0, 0);

  /** In the order of nats.conf. */
  static final List<NatsConfigKey> ALL =
      List.of(
          row("debug", "debug", on(NatsConfig::debug), NONE, RELOAD, ANY),
          row("trace", "trace", on(NatsConfig::trace), NONE, RELOAD, ANY),
          row("disableLogtime", "logtime", off(NatsConfig::disableLogtime), NONE, RELOAD, ANY),
          row("write_deadline", "write_deadline", NatsConfig::writeDeadline, NONE, RELOAD, ANY),
          row("maxConnections", "max_connections", NatsConfig::maxConnections, 0, RELOAD, ANY),
          row("maxPayload", "max_payload", NatsConfig::maxPayload, 0, RELOAD, ANY),
          row("maxPending", "max_pending", NatsConfig::maxPending, 0, RESTART, ANY),
          row(
              "maxSubscriptions",
              "max_subscriptions",
              NatsConfig::maxSubscriptions,
              0,
              RESTART,
              ANY),
          row("maxControlLine", "max_control_line", NatsConfig::maxControlLine, 0, RELOAD, ANY),
          row(
              "maxTracedMsgLen",
              "max_traced_msg_len",
              NatsConfig::maxTracedMsgLen,
              0,
              RELOAD,
              ServerVersion.of(2, 0, 2)));

  private static NatsConfigKey row(
      String field,
      String key,
      Function<NatsConfig, Object> value,
      int minimum,
      boolean reloadable,
      ServerVersion since) {
    return new NatsConfigKey(field, key, value, minimum, reloadable, since);
  }

  private static Function<NatsConfig, Object> on(Function<NatsConfig, Boolean> flag) {
    return config -> Boolean.TRUE.equals(flag.apply(config)) ? Boolean.TRUE : null;
  }

  private static Function<NatsConfig, Object> off(Function<NatsConfig, Boolean> flag) {
    return config -> Boolean.TRUE.equals(flag.apply(config)) ? Boolean.FALSE : null;
  }

  private boolean isSet(NatsConfig config) {
    Object set = value.apply(config);
    return set != null && !set.equals(0) && !set.equals("");
  }

  /**
   * Adds an error if the value is invalid.
   *
   * @param version empty if the spec has no valid one
   */
  void validate(NatsConfig config, Optional<ServerVersion> version, FieldErrors errors) {
    String path = NatsConfigKeys.FIELD + field;
    errors.addIf(
        value.apply(config) instanceof Integer number && number < minimum,
        path,
        minimum == 0 ? "must be 0 (the server's default) or more" : "must be %d or more",
        minimum);
    errors.addIf(
        isSet(config) && version.filter(known -> !known.isAtLeast(since)).isPresent(),
        path,
        "requires nats-server %s or later; raise spec.version or remove this field",
        since.tag());
  }

  /** Adds the key if it is set and the version knows it. */
  void write(NatsConfig config, ServerVersion version, ObjectNode natsConf) {
    if (isSet(config) && version.isAtLeast(since)) {
      switch (value.apply(config)) {
        case Boolean flag -> natsConf.put(key, flag);
        case Integer number -> natsConf.put(key, number);
        default -> natsConf.put(key, value.apply(config).toString());
      }
    }
  }
}
