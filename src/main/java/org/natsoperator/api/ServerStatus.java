package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The observed state of one server; without values that change by themselves. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerStatus(
    @JsonPropertyDescription("Name of the server's pod.") String name,
    @JsonPropertyDescription("Version of nats-server that the pod runs.") String version,
    @JsonPropertyDescription("Whether the pod is ready.") Boolean ready,
    @JsonPropertyDescription(
            "Whether the server confirmed that its newest configuration is in force.")
        Boolean configApplied) {}
