package org.natsoperator.decoding;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/**
 * Reads the parts of a resource that the operator uses as a tree. A value may be nested to any
 * depth: the parser skips what is deeper than every field. It also skips {@code managedFields},
 * which repeat the nesting of the spec, and finalizers, which the operator does not use and which
 * have no bound. Of {@code spec.template}, which has no effect, it reads only whether it has
 * content.
 */
final class ResourceTree {

  private static final Set<String> UNUSED_METADATA = Set.of("managedFields", "finalizers");

  /** Deeper than any field of a resource. */
  private static final int MAX_DEPTH = 16;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ResourceTree() {}

  /** Reads a resource; an empty tree if the value is not an object. */
  static ObjectNode read(JsonParser json, DeserializationContext context) throws IOException {
    ObjectNode resource = JSON.objectNode();
    if (!json.hasToken(JsonToken.START_OBJECT)) {
      json.skipChildren();
      return resource;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "metadata" -> resource.set(field, part(json, UNUSED_METADATA, context));
        case "spec" -> resource.set(field, part(json, Set.of("template"), context));
        case "status" -> resource.set(field, part(json, Set.of(), context));
        default -> json.skipChildren();
      }
    }
    return resource;
  }

  /** Reads a part without some fields; of {@code template}, whether it has content. */
  private static JsonNode part(JsonParser json, Set<String> skipped, DeserializationContext context)
      throws IOException {
    if (!json.hasToken(JsonToken.START_OBJECT)) {
      return value(json, 1, context);
    }
    ObjectNode part = JSON.objectNode();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (!skipped.contains(field)) {
        part.set(field, value(json, 2, context));
      } else if (hasContent(json) && field.equals("template")) {
        part.put(field, true);
      }
    }
    return part;
  }

  private static JsonNode value(JsonParser json, int depth, DeserializationContext context)
      throws IOException {
    if (!json.currentToken().isStructStart()) {
      return context.readTree(json);
    }
    if (depth == MAX_DEPTH) {
      json.skipChildren();
      return JSON.objectNode();
    }
    if (json.hasToken(JsonToken.START_ARRAY)) {
      ArrayNode list = JSON.arrayNode();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(json, depth + 1, context));
      }
      return list;
    }
    ObjectNode object = JSON.objectNode();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      object.set(field, value(json, depth + 1, context));
    }
    return object;
  }

  /** Skips a value. Go clients send empty structures, which have no content. */
  private static boolean hasContent(JsonParser json) throws IOException {
    boolean content = false;
    int open = 0;
    do {
      JsonToken token = json.currentToken();
      if (token.isStructStart()) {
        open++;
      } else if (token.isStructEnd()) {
        open--;
      } else if (token == JsonToken.VALUE_STRING) {
        content |= !json.getText().isEmpty();
      } else {
        content |= token != JsonToken.FIELD_NAME && token != JsonToken.VALUE_NULL;
      }
    } while (open > 0 && json.nextToken() != null);
    return content;
  }
}
