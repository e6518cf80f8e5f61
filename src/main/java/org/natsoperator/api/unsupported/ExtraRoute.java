package org.natsoperator.api.unsupported;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A route to servers outside this cluster. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExtraRoute(
    @JsonPropertyDescription("Name of a NatsCluster in the same namespace.") String cluster,
    @JsonPropertyDescription("URL of a server.") String route) {}
