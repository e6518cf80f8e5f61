package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;

/** The limits of each connection of a role's clients. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RoleLimits(
    @Min(1) @JsonPropertyDescription("Subscriptions of a connection. Default: unlimited")
        Integer subscriptions,
    @Min(1)
        @JsonPropertyDescription(
            "Size in bytes of a message that a client may publish. Default: that of the server")
        Integer payload) {

  /** The limits of a role that sets none. */
  public static final RoleLimits NONE = Defaults.of(RoleLimits.class);
}
