package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * Keys of nats.conf that a user may set directly. The rule across two fields compares them with
 * {@code oldSelf}: Kubernetes ignores a violation only while no field of the record changes.
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
    message = "must not exceed maxPending (default 67108864); lower it or raise maxPending")
public record NatsConfig(
    @JsonPropertyDescription("Log debug messages.") Boolean debug,
    @JsonPropertyDescription("Log the protocol, including the payload of messages.") Boolean trace,
    @JsonProperty("write_deadline")
        @ValidationRule(
            value = "self.matches(r'^$|" + WRITE_DEADLINE + "')",
            message = "must be a duration; use one such as \"2s\"")
        @JsonPropertyDescription("Maximum time that a write to a client may block, such as \"2s\".")
        String writeDeadline,
    @Min(0)
        @JsonPropertyDescription(
            "Maximum number of connections to a server; 0 means the server's default.")
        Integer maxConnections,
    @Min(0)
        @JsonPropertyDescription(
            "Maximum size of a message in bytes; 0 means the server's default.")
        Integer maxPayload,
    @Min(0)
        @JsonPropertyDescription(
            "Maximum number of bytes that a server buffers for a client; 0 means the server's"
                + " default.")
        Integer maxPending,
    @Min(0)
        @JsonPropertyDescription(
            "Maximum number of subscriptions of a client; 0 means the server's default.")
        Integer maxSubscriptions,
    @Min(0)
        @JsonPropertyDescription(
            "Maximum length of a protocol line in bytes; a CONNECT with a token must fit. 0 means"
                + " the server's default.")
        Integer maxControlLine,
    @JsonPropertyDescription("Omit the time from log lines.") Boolean disableLogtime,
    @Min(0)
        @JsonPropertyDescription(
            "Maximum number of bytes of a message that trace logs; 0 means the whole message."
                + " Requires nats-server 2.0.2 or later.")
        Integer maxTracedMsgLen) {

  /** A Go duration that does not overflow. */
  public static final String WRITE_DEADLINE = "^[0-9]{1,6}(\\.[0-9]{1,6})?(ns|us|ms|s|m|h)$";

  /** Default of nats-server for maxPending. */
  public static final int DEFAULT_MAX_PENDING = 67_108_864;

  static final NatsConfig EMPTY = Defaults.of(NatsConfig.class);
}
