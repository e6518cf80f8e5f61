package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Operations that only add (RFC 6902): nothing of the user's is replaced, removed or reordered. */
final class JsonPatch {

  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<JsonNode> operations = new ArrayList<>();

  List<JsonNode> operations() {
    return operations;
  }

  /**
   * Adds items at the end of a list.
   *
   * @param list as it is; missing or null if there is none yet
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
      throw new IllegalArgumentException(pointer + " is no list");
    }
  }

  /**
   * Adds a field that is not there.
   *
   * @param object as it is; missing or null if there is none yet
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
