package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;

/** Settings of a cluster whose clients log in with tokens of the kubelet. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProjectedTokens(
    @Min(MIN_EXPIRATION_SECONDS)
        @Max(MAX_EXPIRATION_SECONDS)
        @JsonPropertyDescription(
            "Lifetime in seconds of the tokens of new client pods, unless a pod has the annotation"
                + " nats.io/token-lifetime. The kubelet renews a token after 80 % of it. Default:"
                + " 3600")
        Integer tokenExpirationSeconds,
    @Min(MIN_SESSION_SECONDS)
        @Max(MAX_SESSION_SECONDS)
        @JsonPropertyDescription(
            "Longest time in seconds after which a connection is closed, so that its client logs"
                + " in again. It is never longer than the lifetime of the client's token. Default:"
                + " 86400")
        Integer maxSessionSeconds,
    @Min(0)
        @Max(MAX_STALENESS_SECONDS)
        @JsonPropertyDescription(
            "Time in seconds for which tokens are accepted while the API server does not answer,"
                + " or while too many tokens wait for its answer, if their signature is valid and"
                + " their pod exists. With 0, they are not accepted then. Default: 300")
        Integer maxStalenessSeconds,
    @JsonPropertyDescription(
            "Accept a client only from an address of its pod. It fails with source NAT and with"
                + " mesh proxies for inbound traffic. Pods of the host network are not restricted."
                + " Default: false")
        Boolean bindToPodAddress,
    @JsonPropertyDescription(
            "Also accept tokens that are not bound to a pod, such as those of kubectl create token."
                + " Default: false")
        Boolean tokensWithoutPod) {

  /** Minimum that an API server accepts. */
  public static final int MIN_EXPIRATION_SECONDS = 600;

  /** A leaked token expires within a day. */
  public static final int MAX_EXPIRATION_SECONDS = 86_400;

  /** Shorter than the shortest life of a token, which is 10 minutes. */
  public static final int MIN_SESSION_SECONDS = 60;

  public static final int MAX_SESSION_SECONDS = 604_800;
  public static final int MAX_STALENESS_SECONDS = 3_600;

  /** The settings of a cluster that sets none. */
  public static final ProjectedTokens DEFAULTS = Defaults.of(ProjectedTokens.class);

  private static final int DEFAULT_EXPIRATION_SECONDS = 3_600;
  private static final int DEFAULT_SESSION_SECONDS = 86_400;
  private static final int DEFAULT_STALENESS_SECONDS = 300;

  public ProjectedTokens {
    tokenExpirationSeconds =
        Objects.requireNonNullElse(tokenExpirationSeconds, DEFAULT_EXPIRATION_SECONDS);
    maxSessionSeconds = Objects.requireNonNullElse(maxSessionSeconds, DEFAULT_SESSION_SECONDS);
    maxStalenessSeconds =
        Objects.requireNonNullElse(maxStalenessSeconds, DEFAULT_STALENESS_SECONDS);
    bindToPodAddress = bindToPodAddress != null && bindToPodAddress;
    tokensWithoutPod = tokensWithoutPod != null && tokensWithoutPod;
  }
}
