package org.natsoperator.admission.review;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * The parts of a JSON value that somebody looks at. A tree of a whole pod takes up to 25 times the
 * bytes of its text; what nobody looks at is passed over instead. What should be an object and is
 * none is read whole, for who looks at it to judge; what should be a list and is none is refused.
 */
public interface JsonProjection {

  /** All of it. */
  JsonProjection WHOLE = JsonProjection::whole;

  /**
   * Reads a value.
   *
   * @param json stands at the value's first token, and then at its last
   */
  JsonNode read(JsonParser json) throws IOException;

  /** These fields of an object, and these parts of each. */
  static JsonProjection fields(Map<String, JsonProjection> fields) {
    return json -> json.hasToken(JsonToken.START_OBJECT) ? object(json, fields) : whole(json);
  }

  /** These parts of each item of a list; null stands for no list. */
  static JsonProjection items(JsonProjection each) {
    return json ->
        switch (json.currentToken()) {
          case START_ARRAY -> list(json, each);
          case VALUE_NULL -> whole(json);
          default -> throw new JsonParseException(json, "what should be a list is none");
        };
  }

  /** The objects in a list whose field {@code name} is one of these; there may be others too. */
  static JsonProjection named(Set<String> names) {
    return items(json -> json.hasToken(JsonToken.START_OBJECT) ? named(json, names) : whole(json));
  }

  /** Text for {@link #read}, in which what no API server sends is refused. */
  static JsonParser parser(byte[] text, int length) throws IOException {
    return Source.FACTORY.createParser(text, 0, length);
  }

  private static JsonNode whole(JsonParser json) throws IOException {
    return json.hasToken(JsonToken.VALUE_STRING)
        ? JsonNodeFactory.instance.textNode(json.getText())
        : json.readValueAsTree();
  }

  private static JsonNode object(JsonParser json, Map<String, JsonProjection> fields)
      throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonProjection part = fields.get(name);
      json.nextToken();
      if (part == null) {
        json.skipChildren();
      } else {
        put(object, name, part.read(json), json);
      }
    }
    return object;
  }

  private static JsonNode list(JsonParser json, JsonProjection each) throws IOException {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonNode item = each.read(json);
      if (item != null) {
        list.add(item);
      }
    }
    return list;
  }

  /** Null if it has another name. */
  private static JsonNode named(JsonParser json, Set<String> names) throws IOException {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    boolean wanted = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (wanted && field.equals("name") && json.hasToken(JsonToken.VALUE_STRING)) {
        wanted = names.contains(json.getText());
      }
      if (wanted) {
        put(item, field, whole(json), json);
      } else {
        json.skipChildren();
      }
    }
    return wanted ? item : null;
  }

  private static void put(ObjectNode object, String name, JsonNode value, JsonParser json)
      throws IOException {
    if (object.replace(name, value) != null) {
      throw new JsonParseException(json, "a key is there twice");
    }
  }

  /** What reads trees. */
  final class Source {

    static final int DEEPEST = 128;

    /**
     * Keys, values and brackets: an object of 1.5 MiB has some 100,000, and each may cost 50 bytes.
     */
    public static final int MOST_TOKENS = 300_000;

    private static final JsonFactory FACTORY =
        JsonMapper.builder(
                JsonFactory.builder()
                    // Names that a stranger chose would stay for ever.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .getFactory();

    private Source() {}
  }
}
