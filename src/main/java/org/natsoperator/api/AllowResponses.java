package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;

/** The permission to publish replies to received requests; {@code allow_responses} of NATS. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AllowResponses(
    @Min(1)
        @Max(MOST_REPLIES)
        @JsonPropertyDescription("Maximum number of replies to a request. Default: 1")
        Integer max,
    @Min(1)
        @Max(LONGEST_SECONDS)
        @JsonPropertyDescription(
            "Time in seconds after a request during which clients may reply. Default: 120")
        Integer expiresSeconds) {

  public static final int MOST_REPLIES = 100_000;

  /** One day. A server remembers each request for that long. */
  public static final int LONGEST_SECONDS = 86_400;

  /** The defaults of nats-server. */
  private static final int DEFAULT_REPLIES = 1;

  private static final int DEFAULT_SECONDS = 120;

  public AllowResponses {
    max = Objects.requireNonNullElse(max, DEFAULT_REPLIES);
    expiresSeconds = Objects.requireNonNullElse(expiresSeconds, DEFAULT_SECONDS);
  }

  /** The permission that both grant. */
  public AllowResponses intersection(AllowResponses other) {
    return new AllowResponses(
        Math.min(max, other.max), Math.min(expiresSeconds, other.expiresSeconds));
  }
}
