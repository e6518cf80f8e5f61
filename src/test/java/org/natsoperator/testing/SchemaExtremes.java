package org.natsoperator.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The extreme values of each field of a schema: at its limits, beyond them, and of another type.
 * They come from the schema, so that a new field has them too.
 */
public final class SchemaExtremes {

  /**
   * An object with one extreme value.
   *
   * @param field path, such as pod.natsEnv[].name
   * @param large whether the value has about a megabyte
   */
  public record Extreme(String field, ObjectNode object, boolean large) {

    @Override
    public String toString() {
      String text = text(object);
      return field + ": " + (text.length() > 200 ? text.substring(0, 200) + "…" : text);
    }
  }

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MANY = 100_000;
  private static final int MEBIBYTE = 1 << 20;
  private static final String DEEP = "deep";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder().maxNestingDepth(10_000).build())
                  .build())
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private final List<Extreme> extremes = new ArrayList<>();

  private SchemaExtremes() {}

  /** The extremes of all fields below an object. */
  public static List<Extreme> of(JsonNode schema) {
    SchemaExtremes all = new SchemaExtremes();
    all.addFields("", schema, ObjectNode.class::cast);
    return all.extremes;
  }

  /** Nested objects. */
  public static JsonNode nested(int levels) {
    JsonNode value = JSON.textNode(DEEP);
    for (int i = 0; i < levels; i++) {
      value = i % 2 == 0 ? JSON.objectNode().set("a", value) : JSON.arrayNode().add(value);
    }
    return value;
  }

  /** A value as JSON, with escapes for characters that UTF-8 cannot encode. */
  static String text(JsonNode value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void addFields(String path, JsonNode schema, Function<JsonNode, ObjectNode> inObject) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              addField(
                  name,
                  field.getValue(),
                  value -> inObject.apply(JSON.objectNode().set(field.getKey(), value)));
            });
  }

  private void addField(String path, JsonNode schema, Function<JsonNode, ObjectNode> inObject) {
    Stream.of(ofOtherTypes(), ofType(schema))
        .flatMap(values -> values)
        .forEach(value -> add(path, inObject.apply(value), false));
    large(schema).forEach(value -> add(path, inObject.apply(value), true));
    addFields(path, schema, inObject);
    if (schema.has("items")) {
      addField(
          path + "[]", schema.get("items"), value -> inObject.apply(JSON.arrayNode().add(value)));
    }
    if (schema.path("additionalProperties").isObject()) {
      addField(
          path + "{}",
          schema.get("additionalProperties"),
          value -> inObject.apply(JSON.objectNode().set("key", value)));
    }
  }

  private void add(String path, ObjectNode object, boolean large) {
    extremes.add(new Extreme(path, object, large));
  }

  private static Stream<JsonNode> ofOtherTypes() {
    return Stream.of(
        JSON.nullNode(),
        JSON.booleanNode(true),
        JSON.textNode("text"),
        JSON.numberNode(7),
        JSON.numberNode(-1.5),
        JSON.arrayNode(),
        JSON.arrayNode().addNull(),
        JSON.objectNode(),
        nested(7),
        nested(1_200));
  }

  private static Stream<JsonNode> ofType(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return Stream.concat(
          integers(schema),
          Stream.of("", "0", "-1", "1e9", "1e-999", "1e999999999", "1E", "Mi", "9".repeat(64))
              .map(JSON::textNode));
    }
    return switch (schema.path("type").asText()) {
      case "integer", "number" -> integers(schema);
      case "string" -> strings(schema);
      case "array" -> sizes(schema, "maxItems").mapToObj(size -> list(schema, size));
      case "object" ->
          schema.has("additionalProperties")
              ? sizes(schema, "maxProperties").mapToObj(size -> map(schema, size))
              : Stream.of();
      default -> Stream.of();
    };
  }

  private static Stream<JsonNode> large(JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "string" -> Stream.of(JSON.textNode("x".repeat(MEBIBYTE)));
      case "array" -> Stream.of(list(schema, MANY));
      case "object" ->
          schema.has("additionalProperties")
              ? Stream.of(
                  map(schema, MANY),
                  JSON.objectNode()
                      .set("x".repeat(MEBIBYTE), sample(schema.get("additionalProperties"))))
              : Stream.of();
      default -> Stream.of();
    };
  }

  private static Stream<JsonNode> integers(JsonNode schema) {
    Stream<BigInteger> powers =
        Stream.of(BigInteger.TWO.pow(31), BigInteger.TWO.pow(63), BigInteger.TEN.pow(30))
            .flatMap(power -> Stream.of(power, power.negate(), power.subtract(BigInteger.ONE)));
    Stream<BigInteger> limits =
        Stream.of(schema.path("minimum"), schema.path("maximum"), JSON.numberNode(0))
            .filter(JsonNode::isNumber)
            .flatMap(
                limit ->
                    LongStream.of(-1, 0, 1)
                        .mapToObj(by -> BigInteger.valueOf(limit.longValue() + by)));
    return Stream.concat(powers, limits).distinct().map(JSON::numberNode);
  }

  private static Stream<JsonNode> strings(JsonNode schema) {
    Stream<String> byLength =
        sizes(schema, "maxLength").mapToObj(length -> "x".repeat((int) length));
    Stream<String> special =
        Stream.of("\u0000\u0001\u001f", "\n\r\t", "\u007f\u0085\u2028", "\ud83d\ude00", "\ud800")
            .flatMap(text -> Stream.of(text, "a" + text + "b"));
    return Stream.concat(byLength, special).map(JSON::textNode);
  }

  private static LongStream sizes(JsonNode schema, String limit) {
    long max = schema.path(limit).asLong(10);
    return LongStream.of(0, 1, max, max + 1).distinct();
  }

  private static JsonNode list(JsonNode schema, long size) {
    ArrayNode list = JSON.arrayNode();
    JsonNode item = sample(schema.path("items"));
    LongStream.range(0, size).forEach(i -> list.add(item));
    return list;
  }

  private static JsonNode map(JsonNode schema, long size) {
    ObjectNode map = JSON.objectNode();
    JsonNode value = sample(schema.path("additionalProperties"));
    IntStream.range(0, (int) size).forEach(i -> map.set("k" + i, value));
    return map;
  }

  /** A small value that the schema probably admits. */
  private static JsonNode sample(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return JSON.textNode("1");
    }
    return switch (schema.path("type").asText()) {
      case "integer", "number" -> JSON.numberNode(1);
      case "boolean" -> JSON.booleanNode(true);
      case "array" -> JSON.arrayNode();
      case "object" -> {
        ObjectNode object = JSON.objectNode();
        schema
            .path("required")
            .forEach(
                name ->
                    object.set(name.asText(), sample(schema.at("/properties/" + name.asText()))));
        yield object;
      }
      default -> JSON.textNode("a");
    };
  }
}
