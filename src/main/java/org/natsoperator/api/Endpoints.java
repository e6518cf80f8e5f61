package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Addresses of a cluster, for Kubernetes pods. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Endpoints(
    @JsonPropertyDescription("URL that clients connect to.") String client,
    @JsonPropertyDescription("URL of the monitoring port of one of the servers.") String monitoring,
    @JsonPropertyDescription(
            "URL of the Prometheus exporter of one of the servers; absent without"
                + " spec.pod.enableMetrics.")
        String metrics) {}
