package org.natsoperator.cluster.server;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a server says of itself on {@code /varz}.
 *
 * @param configDigest digest of the configuration in force; null before 2.11
 * @param configLoadTime when the configuration was loaded, by the server's own clock: only to be
 *     compared with itself
 * @param remotes other servers that it has a route to
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Varz(
    @JsonProperty("version") String version,
    @JsonProperty("config_digest") String configDigest,
    @JsonProperty("config_load_time") String configLoadTime,
    @JsonProperty("remotes") int remotes,
    @JsonProperty("start") String start,
    @JsonProperty("now") String now) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty if that is no such answer. */
  static Optional<Varz> parse(String answer) {
    try {
      return Optional.ofNullable(JSON.readValue(answer, Varz.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** For how long the server has been running, by its own clock; zero if it does not say. */
  public Duration age() {
    return start == null || now == null
        ? Duration.ZERO
        : Duration.between(Instant.parse(start), Instant.parse(now));
  }
}
