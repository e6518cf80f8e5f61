package org.natsoperator.cluster.resources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The fields that an object has, in the form of {@code managedFields}. */
final class FieldTree {

  private static final List<String> NAME = List.of("name");

  /**
   * The keys of the items of a list, by its name. The API server merges these lists of Services and
   * pods, and replaces others.
   */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "containers", NAME,
          "initContainers", NAME,
          "volumes", NAME,
          "env", NAME,
          "claims", NAME,
          "resourceClaims", NAME,
          "ports", List.of("containerPort", "port", "protocol"),
          "volumeMounts", List.of("mountPath"),
          "volumeDevices", List.of("devicePath"),
          "hostAliases", List.of("ip"));

  /** The API server replaces these objects as a whole. */
  private static final Set<String> ATOMIC =
      Set.of(
          "configMapKeyRef",
          "fieldRef",
          "nodeSelector",
          "resourceFieldRef",
          "secretKeyRef",
          "selector");

  private FieldTree() {}

  static Map<String, Object> of(JsonNode object) {
    return object
        .propertyStream()
        .collect(
            Collectors.toMap(
                field -> "f:" + field.getKey(),
                field -> below(field.getKey(), field.getValue()),
                (one, other) -> other,
                LinkedHashMap::new));
  }

  private static Object below(String name, JsonNode value) {
    Stream<JsonNode> items = KEYS.containsKey(name) ? value.valueStream() : Stream.empty();
    return value.isObject() && !ATOMIC.contains(name)
        ? of(value)
        : items.collect(
            Collectors.toMap(
                item -> "k:" + key(item, KEYS.get(name)),
                FieldTree::of,
                (one, other) -> other,
                LinkedHashMap::new));
  }

  private static ObjectNode key(JsonNode item, List<String> names) {
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    names.stream().filter(item::has).forEach(name -> key.set(name, item.get(name)));
    return key;
  }
}
