package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * Keys of nats.conf that a user may set directly. The rule across two fields compares them with
 * {@code oldSelf}: Kubernetes itself ignores a violation only while no field of the record changes.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "oldSelf.hasValue() && oldSelf.value().?maxPayload == self.?maxPayload &&"
            + " oldSelf.value().?maxPending == self.?maxPending || !has(self.maxPayload) ||"
            + " self.maxPayload <= (has(self.maxPending) && self.maxPending > 0 ? self.maxPending :"
            + " "
            + NatsConfig.DEFAULT_MAX_PENDING
            + ")",
    optionalOldSelf = true,
    fieldPath = ".maxPayload",
    message =
        "must not be more than maxPending (default 67108864): nats-server refuses that; lower it or"
            + " raise maxPending")
public record NatsConfig(
    @JsonPropertyDescription("Log debug messages.") Boolean debug,
    @JsonPropertyDescription("Log the protocol; it shows the payload of messages.") Boolean trace,
    @JsonProperty("write_deadline")
        @Pattern("^$|" + WRITE_DEADLINE)
        @JsonPropertyDescription("How long a write to a client may block, such as \"2s\".")
        String writeDeadline,
    @Min(0) @JsonPropertyDescription("Connections a server accepts; 0 means the server's default.")
        Integer maxConnections,
    @Min(0) @JsonPropertyDescription("Largest message in bytes; 0 means the server's default.")
        Integer maxPayload,
    @Min(0)
        @JsonPropertyDescription(
            "Bytes that may wait for a slow client; 0 means the server's default.")
        Integer maxPending,
    @Min(0)
        @JsonPropertyDescription("Subscriptions a client may hold; 0 means the server's default.")
        Integer maxSubscriptions,
    @Min(0)
        @JsonPropertyDescription(
            "Longest protocol line in bytes; it must hold a CONNECT with its token. 0 means the"
                + " server's default.")
        Integer maxControlLine,
    @JsonPropertyDescription("Leave the time out of log lines.") Boolean disableLogtime,
    @Min(0)
        @JsonPropertyDescription(
            "Longest part of a message in bytes that trace logs; 0 means the whole message. Needs"
                + " nats-server 2.0.2.")
        Integer maxTracedMsgLen) {

  /** A duration as Go reads it, and short enough for it to hold. */
  public static final String WRITE_DEADLINE = "^[0-9]{1,6}(\\.[0-9]{1,6})?(ns|us|ms|s|m|h)$";

  /** Default of nats-server for the bytes that wait for a client. */
  public static final int DEFAULT_MAX_PENDING = 67_108_864;

  static final NatsConfig EMPTY = Defaults.of(NatsConfig.class);
}
