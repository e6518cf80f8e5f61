package org.natsoperator.api.unsupported;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.List;

/** Leaf nodes of this cluster, and clusters that it connects to as a leaf node. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LeafnodeConfig(
    @JsonPropertyDescription("Port for leaf node connections.") Integer hostPort,
    @Nullable @JsonPropertyDescription("Clusters to connect to as a leaf node.")
        List<Remote> remotes) {

  /** A cluster to connect to as a leaf node. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Remote(
      @JsonPropertyDescription("URL of the cluster.") String url,
      @Nullable @JsonPropertyDescription("URLs of the cluster.") List<String> urls,
      @JsonPropertyDescription("File with credentials.") String credentials) {}
}
