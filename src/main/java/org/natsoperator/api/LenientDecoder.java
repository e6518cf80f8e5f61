package org.natsoperator.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes an object although some of its values have a wrong type. Jackson stops at the first such
 * value, so the decoder removes it and decodes again. A DeserializationProblemHandler cannot
 * replace this loop. Of 11 kinds of wrong values it handles 3, and neither an integer out of range
 * (3000000000) nor an empty quantity ({@code cpu: ""}).
 */
public final class LenientDecoder {

  private static final int MAX_MISMATCHES = 50;

  /** Like the API server, it converts neither a number to a string nor a string to a number. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private LenientDecoder() {}

  /** The object without the values that have a wrong type, and the description of these. */
  public record Decoded<T>(T object, List<TypeMismatch> mismatches) {}

  /**
   * Decodes a tree and removes the values with a wrong type from it. If these are more than {@value
   * #MAX_MISMATCHES}, it decodes only name and namespace.
   */
  public static <T> Decoded<T> decode(ObjectNode tree, Class<T> type) {
    List<TypeMismatch> mismatches = new ArrayList<>();
    while (true) {
      try {
        return new Decoded<>(JSON.treeToValue(tree, type), mismatches);
      } catch (JsonMappingException e) {
        mismatches.add(TypeMismatch.remove(tree, e));
        if (mismatches.size() > MAX_MISMATCHES) {
          tree.retain("metadata");
          tree.withObject("/metadata").retain("name", "namespace");
        }
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("unexpected syntax error in a parsed tree", e);
      }
    }
  }
}
