package org.natsoperator.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;

/**
 * What a server says of itself on {@code /varz}.
 *
 * @param configDigest digest of the configuration in force; null before 2.11
 * @param configLoadTime when the configuration was loaded, by the server's own clock: only to be
 *     compared with itself
 * @param remotes other servers that it has a route to
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Varz(
    @JsonProperty("version") String version,
    @JsonProperty("config_digest") String configDigest,
    @JsonProperty("config_load_time") String configLoadTime,
    @JsonProperty("remotes") int remotes,
    @JsonProperty("start") String start,
    @JsonProperty("now") String now) {

  /** For how long the server has been running, by its own clock; zero if it does not say. */
  Duration age() {
    return start == null || now == null
        ? Duration.ZERO
        : Duration.between(Instant.parse(start), Instant.parse(now));
  }
}
