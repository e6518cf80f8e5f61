package org.natsoperator.cluster.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;

/**
 * Fields of the Go operator that are accepted but have no effect yet. A cluster with fields that
 * protect it is invalid, since it would run with less protection than the user wants.
 */
public final class UnsupportedFields {

  private static final ObjectMapper JSON = new ObjectMapper();

  private UnsupportedFields() {}

  /** Set fields that are ignored. */
  public static List<String> harmless(NatsClusterSpec spec) {
    PodPolicy pod = spec.pod();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("spec.useServerName", spec.useServerName());
    fields.put("spec.template", orNothing(spec.template()));
    fields.put("spec.auth.clientsAuthTimeout", spec.auth().clientsAuthTimeout());
    fields.put("spec.auth.clusterAuthTimeout", spec.auth().clusterAuthTimeout());
    fields.put("spec.auth.gatewayAuthTimeout", spec.auth().gatewayAuthTimeout());
    fields.put("spec.extraRoutes", spec.extraRoutes());
    fields.put("spec.gatewayConfig", spec.gatewayConfig());
    fields.put("spec.leafnodeConfig", spec.leafnodeConfig());
    fields.put("spec.websocketConfig", spec.websocketConfig());
    fields.put("spec.pod.enableMetrics", pod.enableMetrics());
    fields.put("spec.pod.enableClientsHostPort", pod.enableClientsHostPort());
    fields.put("spec.pod.advertiseExternalIP", pod.advertiseExternalIP());
    fields.put("spec.pod.volumeMounts", pod.volumeMounts());
    return set(fields);
  }

  /** Set fields that would protect the cluster. */
  static List<String> protecting(NatsClusterSpec spec) {
    AuthPolicy auth = spec.auth();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("spec.tls", orNothing(spec.tls()));
    fields.put("spec.operatorConfig", spec.operatorConfig());
    fields.put("spec.auth.clientsAuthSecret", auth.clientsAuthSecret());
    fields.put("spec.auth.clientsAuthFile", auth.clientsAuthFile());
    fields.put("spec.auth.tlsVerifyAndMap", auth.tlsVerifyAndMap());
    fields.put("spec.auth.clusterAuthSecret", auth.clusterAuthSecret());
    fields.put("spec.auth.gatewayAuthSecret", auth.gatewayAuthSecret());
    return set(fields);
  }

  private static List<String> set(Map<String, Object> fields) {
    return fields.entrySet().stream()
        .filter(field -> isSet(field.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Go clients send structures with nothing in them. */
  private static Object orNothing(Object structure) {
    return hasContent(JSON.valueToTree(structure)) ? structure : null;
  }

  private static boolean hasContent(JsonNode node) {
    return node.isContainerNode()
        ? StreamSupport.stream(node.spliterator(), false).anyMatch(UnsupportedFields::hasContent)
        : !node.isNull() && !node.asText().isEmpty();
  }

  private static boolean isSet(Object value) {
    return switch (value) {
      case null -> false;
      case Boolean flag -> flag;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      default -> true;
    };
  }
}
