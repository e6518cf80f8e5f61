package org.natsoperator.chart;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Changes single fields of objects. */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static String text(Object object) {
    return Serialization.asJson(object);
  }

  /** Returns a copy with another value; "null" removes the field, and the index "-" appends. */
  @SuppressWarnings("unchecked")
  static <T> T set(T object, String pointer, String value) {
    return (T) Serialization.unmarshal(set(text(object), pointer, value), object.getClass());
  }

  static String set(String json, String pointer, String value) {
    try {
      JsonNode root = MAPPER.readTree(json);
      JsonNode node = MAPPER.readTree(value);
      JsonPointer path = JsonPointer.compile(pointer);
      String last = path.last().getMatchingProperty();
      switch (root.at(path.head())) {
        case ArrayNode array when last.equals("-") -> array.add(node);
        case ArrayNode array -> array.set(Integer.parseInt(last), node);
        case ObjectNode parent when node.isNull() -> parent.remove(last);
        case ObjectNode parent -> parent.set(last, node);
        default -> throw new IllegalArgumentException(pointer);
      }
      return root.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(value, e);
    }
  }
}
