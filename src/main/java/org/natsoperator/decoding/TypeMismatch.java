package org.natsoperator.decoding;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A value whose type its field does not permit.
 *
 * @param path of the field, such as spec.pod.natsEnv[1]; empty for the whole object
 */
public record TypeMismatch(String path, JsonNodeType type) {

  /** The part of the resource that contains the value, such as spec; empty for the whole object. */
  String part() {
    return path.split("[.\\[]", 2)[0];
  }

  /** Whether the value of this field could not be read. */
  public boolean covers(String field) {
    return path.isEmpty() || field.equals(path) || field.startsWith(path + ".");
  }

  /** Whether the value of this field could not be read, or a part of it. */
  public boolean concerns(String field) {
    return covers(field) || path.startsWith(field + ".") || path.startsWith(field + "[");
  }

  /** Removes the value at which Jackson failed; an entry of a list becomes null. */
  static TypeMismatch remove(ObjectNode tree, JsonMappingException failure) {
    StringBuilder path = new StringBuilder();
    Runnable removal = tree::removeAll;
    JsonNode node = tree;
    for (Reference step : failure.getPath()) {
      if (node instanceof ArrayNode list && list.has(step.getIndex())) {
        path.append('[').append(step.getIndex()).append(']');
        removal = () -> list.setNull(step.getIndex());
        node = list.get(step.getIndex());
      } else if (node instanceof ObjectNode object && object.has(step.getFieldName())) {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
        removal = () -> object.remove(step.getFieldName());
        node = object.get(step.getFieldName());
      } else {
        break;
      }
    }
    removal.run();
    return new TypeMismatch(path.toString(), node.getNodeType());
  }
}
