package org.natsoperator.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import java.util.Objects;

/**
 * The NetworkPolicy of the server pods.
 *
 * @param enabled false outside a cluster, where no label selects the operator's own pods
 * @param monitoringFrom peers of the monitoring port: the operator and scrapers
 */
public record NetworkPolicySettings(boolean enabled, List<NetworkPolicyPeer> monitoringFrom) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public NetworkPolicySettings {
    monitoringFrom = List.copyOf(Objects.requireNonNullElse(monitoringFrom, List.of()));
  }

  /**
   * Parses the value that the chart sets. Spring finds this method by its name.
   *
   * @param json empty means off
   */
  public static NetworkPolicySettings of(String json) {
    if (json.isBlank()) {
      return new NetworkPolicySettings(false, List.of());
    }
    try {
      return JSON.readValue(json, NetworkPolicySettings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "OPERATOR_NETWORK_POLICY must be {\"enabled\": …, \"monitoringFrom\": [peers of a"
              + " NetworkPolicy]}: "
              + e.getOriginalMessage(),
          e);
    }
  }
}
