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
import org.natsoperator.decoding.UntrustedJson;

/**
 * The parts of a JSON value to read. The tree of a whole pod may need 25 times the bytes of its
 * text, so the parser skips all other parts. Another value in place of an object is read whole, for
 * the caller to validate. Another value in place of a list is rejected.
 */
public interface JsonProjection {

  JsonProjection WHOLE = JsonProjection::whole;

  /**
   * Reads a value.
   *
   * @param json at the first token of the value; after the call at its last
   */
  JsonNode read(JsonParser json) throws IOException;

  /** Selects fields of an object, and the parts of each. */
  static JsonProjection fields(Map<String, JsonProjection> fields) {
    return json -> json.hasToken(JsonToken.START_OBJECT) ? object(json, fields) : whole(json);
  }

  /** Selects the parts of each item of a list, which may be null. */
  static JsonProjection items(JsonProjection each) {
    return json ->
        switch (json.currentToken()) {
          case START_ARRAY -> list(json, each);
          case VALUE_NULL -> whole(json);
          default -> throw new JsonParseException(json, "expected a list");
        };
  }

  /** Selects at least the objects in a list that have one of these values of {@code name}. */
  static JsonProjection named(Set<String> names) {
    return items(json -> json.hasToken(JsonToken.START_OBJECT) ? named(json, names) : whole(json));
  }

  /** Returns a parser for {@link #read} that rejects content that no API server sends. */
  static JsonParser parser(byte[] text, int length) throws IOException {
    JsonFactory factory = length > Source.MOST_WITH_NAMES ? Source.FACTORY : Source.withNames();
    return factory.createParser(text, 0, length);
  }

  private static JsonNode whole(JsonParser json) throws IOException {
    return whole(json, Source.DEEPEST);
  }

  /** Replaces what is nested deeper than any field, which only a preserved unknown field can be. */
  private static JsonNode whole(JsonParser json, int levels) throws IOException {
    if (!json.currentToken().isStructStart()) {
      return json.hasToken(JsonToken.VALUE_STRING)
          ? JsonNodeFactory.instance.textNode(json.getText())
          : json.readValueAsTree();
    }
    if (levels == 0) {
      json.skipChildren();
      return JsonNodeFactory.instance.textNode(Source.TOO_DEEP);
    }
    if (json.hasToken(JsonToken.START_ARRAY)) {
      return list(json, item -> whole(item, levels - 1));
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      put(object, name, whole(json, levels - 1), json);
    }
    return object;
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

  /** Returns null if the object has another name. */
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
      throw new JsonParseException(json, "duplicate key");
    }
  }

  final class Source {

    static final int DEEPEST = 128;

    static final String TOO_DEEP = "nested too deeply";

    /** Keys, values and brackets: some 100,000 in an object of 1.5 MiB, with 50 bytes each. */
    public static final int MOST_TOKENS = 300_000;

    /** In bytes. A longer text can have many similar names, which take long to look up. */
    static final int MOST_WITH_NAMES = 256 << 10;

    private static final JsonFactory FACTORY =
        JsonMapper.builder(
                UntrustedJson.factory()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_TOKENS)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .getFactory();

    private Source() {}

    /** For one text only, whose names it keeps so that each is decoded once. */
    private static JsonFactory withNames() {
      return FACTORY
          .rebuild()
          .enable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build()
          .setCodec(FACTORY.getCodec());
    }
  }
}
