package org.natsoperator.decoding;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a resource although some of its values have a wrong type: an older CRD admits them, and an
 * exception would stop the informer of all resources. Jackson stops at the first such value, so the
 * decoder removes it and decodes again. A DeserializationProblemHandler cannot replace this loop.
 * Of 11 kinds of wrong values it handles 3, and neither an integer out of range (3000000000) nor an
 * empty quantity ({@code cpu: ""}).
 */
public abstract class LenientDecoder<S, U, T extends LenientlyRead> extends JsonDeserializer<T> {

  /**
   * With more wrong values, the whole spec or status counts as one. Each costs a decoding, and any
   * pod can send a review of 2 MiB.
   */
  public static final int MAX_MISMATCHES = 10;

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

  private final JavaType parts;

  protected LenientDecoder(Class<S> spec, Class<U> status) {
    parts = JSON.getTypeFactory().constructParametricType(Parts.class, spec, status);
  }

  /** The parts of a resource. A spec or status that is missing or cannot be read is null. */
  protected record Parts<S, U>(ObjectMeta metadata, S spec, U status) {

    public Parts {
      metadata = metadata == null ? new ObjectMeta() : metadata;
    }
  }

  /** Reads a resource from a tree with its metadata, spec and status. */
  public static <T extends LenientlyRead> T decode(ObjectNode tree, Class<T> type) {
    try {
      return JSON.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unexpected syntax error in a parsed tree", e);
    }
  }

  @Override
  public final T deserialize(JsonParser json, DeserializationContext context) throws IOException {
    ObjectNode tree = ResourceTree.read(json, context);
    List<TypeMismatch> mismatches = new ArrayList<>();
    while (true) {
      try {
        Parts<S, U> read = JSON.treeToValue(tree, parts);
        return resource(read, List.copyOf(mismatches));
      } catch (JsonMappingException e) {
        mismatches.add(TypeMismatch.remove(tree, e));
        limit(tree, mismatches);
        protect(tree, mismatches.getLast());
      }
    }
  }

  /** Creates a resource of its parts and of the values that they lack. */
  protected abstract T resource(Parts<S, U> read, List<TypeMismatch> mismatches);

  /** Sets the safe value of a field that cannot be read, if its default is not safe. */
  protected void protect(ObjectNode tree, TypeMismatch mismatch) {}

  private static void limit(ObjectNode tree, List<TypeMismatch> mismatches) {
    String part = mismatches.getLast().part();
    if (mismatches.stream().filter(other -> other.part().equals(part)).count() > MAX_MISMATCHES) {
      tree.remove(part);
      mismatches.add(new TypeMismatch(part, JsonNodeType.OBJECT));
    }
  }
}
