package org.natsoperator.api.unsupported;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A listener for WebSocket clients. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WebsocketConfig(
    @JsonPropertyDescription("Port of the listener.") Integer port,
    @JsonPropertyDescription("Time limit for a handshake, in seconds.") Integer handshakeTimeout,
    @JsonPropertyDescription("Accept compressed messages.") Boolean compression) {}
