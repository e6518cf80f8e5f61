package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.Map;

/** Labels and annotations of a Service. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServicePolicy(
    @Nullable @JsonPropertyDescription("Additional labels.") Map<String, String> labels,
    @Nullable @JsonPropertyDescription("Additional annotations.")
        Map<String, String> annotations) {}
