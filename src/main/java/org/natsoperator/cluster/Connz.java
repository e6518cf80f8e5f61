package org.natsoperator.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** Who is connected to a server, as it says on {@code /connz}. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Connz(
    @JsonProperty("server_id") String serverId,
    @JsonProperty("connections") List<Connection> connections) {

  Connz {
    connections = connections == null ? List.of() : List.copyOf(connections);
  }

  /**
   * One client.
   *
   * @param user the user it logged in as; null where nobody has to log in
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Connection(@JsonProperty("cid") long cid, @JsonProperty("authorized_user") String user) {}
}
