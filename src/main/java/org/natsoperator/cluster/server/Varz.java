package org.natsoperator.cluster.server;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.decoding.UntrustedJson;

/**
 * The state of a server, from {@code /varz}.
 *
 * @param configDigest digest of the loaded configuration; null before 2.11
 * @param configLoadTime by the server's clock; compare it only with itself
 * @param remotes number of servers that it has a route to
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Varz(
    @JsonProperty("version") String version,
    @JsonProperty("config_digest") String configDigest,
    @JsonProperty("config_load_time") String configLoadTime,
    @JsonProperty("remotes") int remotes,
    @JsonProperty("start") String start,
    @JsonProperty("now") String now) {

  private static final ObjectMapper JSON = UntrustedJson.mapper();

  /** Empty if the text is not valid. */
  static Optional<Varz> parse(String answer) {
    try {
      return Optional.ofNullable(JSON.readValue(answer, Varz.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Uptime by the server's clock; zero if it is unknown or not a time. */
  public Duration age() {
    try {
      return start == null || now == null
          ? Duration.ZERO
          : Duration.between(Instant.parse(start), Instant.parse(now));
    } catch (DateTimeException | ArithmeticException e) {
      return Duration.ZERO;
    }
  }
}
