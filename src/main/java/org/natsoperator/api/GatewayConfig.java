package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.List;

/** Gateways to other clusters. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GatewayConfig(
    @JsonPropertyDescription("Name of this cluster among the gateways.") String name,
    @JsonPropertyDescription("Port that gateways are accepted on.") Integer hostPort,
    @JsonPropertyDescription("Refuse gateways that are not listed.") Boolean rejectUnknown,
    @Nullable @JsonPropertyDescription("The other clusters.") List<RemoteGateway> gateways) {

  /** A cluster on the other side of a gateway. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RemoteGateway(
      @JsonPropertyDescription("Name of the other cluster.") String name,
      @JsonPropertyDescription("URL of its gateway.") String url) {}
}
