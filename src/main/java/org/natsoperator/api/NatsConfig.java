package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;

/** Keys of nats.conf that a user may set directly. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NatsConfig(
    @JsonPropertyDescription("Log debug messages.") Boolean debug,
    @JsonPropertyDescription("Log the protocol; it shows the payload of messages.") Boolean trace,
    @JsonProperty("write_deadline")
        @Pattern("^$|^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h)$")
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
        @JsonPropertyDescription(
            "Subscriptions a client may hold; 0 means the server's default.")
        Integer maxSubscriptions,
    @Min(0)
        @JsonPropertyDescription(
            "Longest protocol line in bytes; it must hold a CONNECT with its token. 0 means the server's default.")
        Integer maxControlLine,
    @JsonPropertyDescription("Leave the time out of log lines.") Boolean disableLogtime) {

  static final NatsConfig EMPTY =
      new NatsConfig(null, null, null, null, null, null, null, null, null);
}
