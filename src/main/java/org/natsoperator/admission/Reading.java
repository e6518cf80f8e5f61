package org.natsoperator.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.natsoperator.role.Problem;

/**
 * A raw object as one of our types. What cannot be read is a problem that names the field, and the
 * rest is read without it, so that its mistakes are found too.
 *
 * @param unreadable one for each field that is of another type than the kind has there
 */
record Reading<T extends HasMetadata>(T object, List<Problem> unreadable) {

  private static final String SPEC = "spec";
  private static final int MOST_UNREADABLE = 50;
  private static final int LENGTH_OF_MADE_SUFFIX = 5;
  private static final ObjectMapper JSON = strict();

  /** Reads metadata as far as it matters, and spec; the request says what the object may not. */
  static <T extends HasMetadata> Reading<T> of(JsonNode raw, Review review, Class<T> type) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.set("metadata", metadata(raw.path("metadata"), review));
    if (raw.has(SPEC)) {
      tree.set(SPEC, raw.get(SPEC).deepCopy());
    }
    List<Problem> unreadable = new ArrayList<>();
    return new Reading<>(read(tree, type, unreadable), unreadable);
  }

  /** All mistakes: what is of a wrong type, and what the rules say of the rest. */
  List<Problem> mistakes(Function<T, List<Problem>> rules) {
    List<Problem> mistakes = new ArrayList<>(unreadable);
    rules.apply(object).stream()
        .filter(problem -> unreadable.stream().noneMatch(other -> areOne(problem, other)))
        .forEach(mistakes::add);
    return mistakes;
  }

  /** A mistake in what was left out, or that something is missing around it, follows from that. */
  private static boolean areOne(Problem problem, Problem unreadable) {
    return liesIn(problem.field(), unreadable.field())
        || liesIn(unreadable.field(), problem.field());
  }

  private static boolean liesIn(String inner, String outer) {
    return inner.startsWith(outer)
        && (inner.length() == outer.length() || ".[".indexOf(inner.charAt(outer.length())) >= 0);
  }

  private static <T> T read(ObjectNode tree, Class<T> type, List<Problem> unreadable) {
    while (true) {
      try {
        return JSON.treeToValue(tree, type);
      } catch (JsonMappingException e) {
        unreadable.add(Unreadable.takeOut(tree, e));
        if (unreadable.size() > MOST_UNREADABLE) {
          tree.remove(SPEC);
          tree.withObject("/metadata").retain("name", "namespace");
        }
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree is not read from text", e);
      }
    }
  }

  private static ObjectNode metadata(JsonNode raw, Review review) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("name", name(raw, review));
    metadata.put("namespace", raw.path("namespace").asText(review.namespace()));
    for (String field : List.of("labels", "annotations")) {
      if (raw.path(field) instanceof ObjectNode map) {
        metadata.set(field, map.deepCopy());
      }
    }
    return metadata;
  }

  /** A name that is yet to be made has its final length at least. */
  private static String name(JsonNode raw, Review review) {
    String name = raw.path("name").asText("");
    if (!name.isEmpty()) {
      return name;
    }
    return review.name().isEmpty()
        ? raw.path("generateName").asText("") + "x".repeat(LENGTH_OF_MADE_SUFFIX)
        : review.name();
  }

  /** Like the API server: a number is no text, and a text no number. */
  private static ObjectMapper strict() {
    return JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            config ->
                List.of(
                        CoercionInputShape.Integer,
                        CoercionInputShape.Float,
                        CoercionInputShape.Boolean)
                    .forEach(shape -> config.setCoercion(shape, CoercionAction.Fail)))
        .build();
  }
}
