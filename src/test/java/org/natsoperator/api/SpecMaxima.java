package org.natsoperator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.testing.LooseCrds;
import org.natsoperator.testing.SchemaExtremes.Extreme;

/**
 * For each field of a CRD, a spec with the largest value that the schema admits. They come from the
 * schema, so that a new field has one too. All are valid, except for the fields listed here.
 */
final class SpecMaxima {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The operator rejects these fields with any value, since it does not support them yet. */
  private static final String UNSUPPORTED =
      "tls\\..*|operatorConfig\\..*|auth\\.(clients|cluster|gateway)Auth(File|Secret)"
          + "|auth\\.tlsVerifyAndMap";

  /** The names of Kubernetes objects. */
  private static final String NAME = "x".repeat(253);

  /** The values of Kubernetes labels. */
  private static final String LABEL = "x".repeat(63);

  /** The largest values of fields that a further rule of the schema or the operator limits. */
  private static final Map<String, JsonNode> OTHERS =
      Map.ofEntries(
          Map.entry("auth.allowedNamespaces[]", JSON.textNode(LABEL)),
          Map.entry("auth.serviceAccountTokens", JSON.textNode("BoundSecret")),
          // A day, since each restart of a server takes this long.
          Map.entry("lameDuckDurationSeconds", JSON.numberNode(86_400)),
          // The default of maxPending.
          Map.entry("natsConfig.maxPayload", JSON.numberNode(67_108_864)),
          Map.entry("natsConfig.write_deadline", JSON.textNode("999999.999999h")),
          Map.entry("pod.imagePullSecrets[].name", JSON.textNode(NAME)),
          Map.entry("pod.labels{}", JSON.textNode(LABEL)),
          Map.entry("pod.metricsImagePullPolicy", JSON.textNode("IfNotPresent")),
          Map.entry("pod.nodeSelector{}", JSON.textNode(LABEL)),
          Map.entry("pod.priorityClassName", JSON.textNode(NAME)),
          Map.entry("pod.reloaderImagePullPolicy", JSON.textNode("IfNotPresent")),
          // The longest tag of an image.
          Map.entry("pod.reloaderImageTag", JSON.textNode("x".repeat(128))),
          Map.entry("pod.serviceAccountName", JSON.textNode(NAME)),
          Map.entry(
              "pod.topologySpreadConstraints[].whenUnsatisfiable", JSON.textNode("ScheduleAnyway")),
          Map.entry(
              "version",
              JSON.textNode("v999999.999999.999999-" + "x".repeat(20) + "." + "x".repeat(20))));

  /** The other fields that an object needs. A list has several, whose names differ. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "auth", "enableServiceAccounts: true",
          "pod.imagePullSecrets[]", "name: x%d",
          "pod.natsEnv[]", "name: x%d",
          "pod.securityContext", "fsGroup: 1",
          "pod.topologySpreadConstraints[]",
              "topologyKey: x%d\nmaxSkew: 1\nwhenUnsatisfiable: DoNotSchedule");

  private final List<Extreme> maxima = new ArrayList<>();

  private SpecMaxima() {}

  /** The maxima of a kind, such as natsclusters. */
  static List<Extreme> of(String kind) {
    SpecMaxima all = new SpecMaxima();
    all.addFields(
        "", LooseCrds.properties(LooseCrds.crd(kind)).get("spec"), ObjectNode.class::cast);
    return all.maxima;
  }

  private void addFields(String path, JsonNode schema, Function<JsonNode, ObjectNode> inSpec) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field ->
                add(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(),
                    value -> inSpec.apply(needed(path, 0).set(field.getKey(), value))));
  }

  private void add(String path, JsonNode schema, Function<JsonNode, ObjectNode> inSpec) {
    Optional.ofNullable(OTHERS.get(path))
        .or(() -> maximum(path, schema))
        .filter(value -> !path.matches(UNSUPPORTED))
        .ifPresent(value -> maxima.add(new Extreme(path, inSpec.apply(value), false)));
    addFields(path, schema, inSpec);
    if (schema.has("items")) {
      add(path + "[]", schema.get("items"), value -> inSpec.apply(JSON.arrayNode().add(value)));
    }
    if (schema.path("additionalProperties").isObject()) {
      add(
          path + "{}",
          schema.get("additionalProperties"),
          value -> inSpec.apply(JSON.objectNode().set("key", value)));
    }
  }

  /** Objects without a maximum have one for each field. */
  private static Optional<JsonNode> maximum(String path, JsonNode schema) {
    return switch (type(schema)) {
      case "boolean" -> Optional.of(JSON.booleanNode(true));
      case "integer" -> Optional.of(JSON.numberNode(schema.get("maximum").asLong()));
      case "string" -> Optional.of(JSON.textNode("x".repeat(schema.get("maxLength").asInt())));
      case "quantity" -> Optional.of(JSON.textNode("9".repeat(schema.get("maxLength").asInt())));
      case "array" -> Optional.of(list(path, schema));
      case "object" ->
          Optional.of(schema).filter(map -> map.has("maxProperties")).map(map -> map(map));
      default -> Optional.empty();
    };
  }

  private static JsonNode list(String path, JsonNode schema) {
    ArrayNode list = JSON.arrayNode();
    for (int i = 0; i < schema.get("maxItems").asInt(); i++) {
      list.add(
          type(schema.get("items")).equals("object")
              ? needed(path + "[]", i)
              : JSON.textNode("x" + i));
    }
    return list;
  }

  private static JsonNode map(JsonNode schema) {
    ObjectNode map = JSON.objectNode();
    for (int i = 0; i < schema.get("maxProperties").asInt(); i++) {
      map.put("x" + i, "1");
    }
    return map;
  }

  private static String type(JsonNode schema) {
    return schema.path("x-kubernetes-int-or-string").asBoolean()
        ? "quantity"
        : schema.path("type").asText();
  }

  private static ObjectNode needed(String path, int i) {
    return Serialization.unmarshal(NEEDED.getOrDefault(path, "{}").formatted(i), ObjectNode.class);
  }
}
