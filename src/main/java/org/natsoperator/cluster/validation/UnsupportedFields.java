package org.natsoperator.cluster.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.natsoperator.api.NatsClusterSpec;

/**
 * Fields of the Go operator that have no effect yet. A cluster with fields that protect it is
 * invalid, since it would run with less protection than the user wants. The table in README.md
 * lists the same fields.
 */
public final class UnsupportedFields {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<Field> HARMLESS =
      List.of(
          new Field("spec.useServerName", NatsClusterSpec::useServerName),
          new Field("spec.template", spec -> orNothing(spec.template())),
          new Field("spec.auth.clientsAuthTimeout", spec -> spec.auth().clientsAuthTimeout()),
          new Field("spec.auth.clusterAuthTimeout", spec -> spec.auth().clusterAuthTimeout()),
          new Field("spec.auth.gatewayAuthTimeout", spec -> spec.auth().gatewayAuthTimeout()),
          new Field("spec.extraRoutes", NatsClusterSpec::extraRoutes),
          new Field("spec.gatewayConfig", NatsClusterSpec::gatewayConfig),
          new Field("spec.leafnodeConfig", NatsClusterSpec::leafnodeConfig),
          new Field("spec.websocketConfig", NatsClusterSpec::websocketConfig),
          new Field("spec.pod.enableClientsHostPort", spec -> spec.pod().enableClientsHostPort()),
          new Field("spec.pod.advertiseExternalIP", spec -> spec.pod().advertiseExternalIP()),
          new Field("spec.pod.volumeMounts", spec -> spec.pod().volumeMounts()));

  private static final List<Field> PROTECTING =
      List.of(
          new Field("spec.tls", spec -> orNothing(spec.tls())),
          new Field("spec.operatorConfig", NatsClusterSpec::operatorConfig),
          new Field("spec.auth.clientsAuthSecret", spec -> spec.auth().clientsAuthSecret()),
          new Field("spec.auth.clientsAuthFile", spec -> spec.auth().clientsAuthFile()),
          new Field("spec.auth.tlsVerifyAndMap", spec -> spec.auth().tlsVerifyAndMap()),
          new Field("spec.auth.clusterAuthSecret", spec -> spec.auth().clusterAuthSecret()),
          new Field("spec.auth.gatewayAuthSecret", spec -> spec.auth().gatewayAuthSecret()));

  private record Field(String path, Function<NatsClusterSpec, Object> value) {}

  private UnsupportedFields() {}

  /** Set fields that are ignored. */
  public static List<String> harmless(NatsClusterSpec spec) {
    return set(HARMLESS, spec);
  }

  /** Set fields that would protect the cluster. */
  static List<String> protecting(NatsClusterSpec spec) {
    return set(PROTECTING, spec);
  }

  /** Paths of all fields that are ignored. */
  static List<String> allHarmless() {
    return HARMLESS.stream().map(Field::path).toList();
  }

  /** Paths of all fields that make a cluster invalid. */
  static List<String> allProtecting() {
    return PROTECTING.stream().map(Field::path).toList();
  }

  private static List<String> set(List<Field> fields, NatsClusterSpec spec) {
    return fields.stream()
        .filter(field -> isSet(field.value().apply(spec)))
        .map(Field::path)
        .toList();
  }

  /** Go clients send empty structures. */
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
