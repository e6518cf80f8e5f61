package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Collects operations of a JSON Patch (RFC 6902) that only add: existing values never change. */
final class JsonPatch {

  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<JsonNode> operations = new ArrayList<>();

  List<JsonNode> operations() {
    return operations;
  }

  /**
   * Adds items at the end of a list.
   *
   * @param list the existing one; missing or null without one
   */
  void append(String pointer, JsonNode list, List<? extends JsonNode> items) {
    if (items.isEmpty()) {
      return;
    }
    if (isAbsent(list)) {
      add(pointer, JSON.arrayNode().addAll(items));
    } else if (list.isArray()) {
      items.forEach(item -> add(pointer + "/-", item));
    } else {
      throw new IllegalArgumentException(pointer + " is not a list");
    }
  }

  /**
   * Adds a field that does not exist.
   *
   * @param object the existing one; missing or null without one
   */
  void put(String pointer, JsonNode object, String name, JsonNode value) {
    if (isAbsent(object)) {
      add(pointer, JSON.objectNode().set(name, value));
    } else {
      add(pointer + "/" + name.replace("~", "~0").replace("/", "~1"), value);
    }
  }

  private void add(String pointer, JsonNode value) {
    ObjectNode operation = JSON.objectNode().put("op", "add").put("path", pointer);
    operations.add(operation.set("value", value));
  }

  static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
