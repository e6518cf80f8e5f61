package org.natsoperator.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a server says of itself on {@code /varz}.
 *
 * @param configDigest digest of the configuration in force; null before 2.11
 * @param configLoadTime when the configuration was loaded, by the server's own clock: only to be
 *     compared with itself
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Varz(
    @JsonProperty("version") String version,
    @JsonProperty("config_digest") String configDigest,
    @JsonProperty("config_load_time") String configLoadTime) {}
