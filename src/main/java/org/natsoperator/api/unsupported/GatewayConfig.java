package org.natsoperator.api.unsupported;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.List;

/** Gateways to other clusters. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GatewayConfig(
    @JsonPropertyDescription("Name of this cluster as a gateway.") String name,
    @JsonPropertyDescription("Port for gateway connections.") Integer hostPort,
    @JsonPropertyDescription("Reject gateways that are not listed.") Boolean rejectUnknown,
    @Nullable @JsonPropertyDescription("Other clusters to connect to.")
        List<RemoteGateway> gateways) {

  /** A cluster on the other side of a gateway. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RemoteGateway(
      @JsonPropertyDescription("Name of the other cluster.") String name,
      @JsonPropertyDescription("URL of the other cluster's gateway.") String url) {}
}
