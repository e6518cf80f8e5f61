package org.natsoperator.api.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsClusterSpec;

/**
 * Repeats in the description of each field of a block that the block is not supported yet, since
 * {@code kubectl explain} of a field does not show the description of its block.
 */
final class UnsupportedBlocks {

  private static final List<String> NOTICES =
      List.of(NatsClusterSpec.REJECTED, NatsClusterSpec.IGNORED);

  private UnsupportedBlocks() {}

  /** Completes the descriptions of all fields below this one. */
  static void describe(JSONSchemaProps schema) {
    Optional<String> notice =
        NOTICES.stream().filter(each -> hasDescription(schema, each)).findFirst();
    fields(schema)
        .forEach(
            field -> {
              notice
                  .filter(text -> hasDescription(field, "") && !hasDescription(field, text))
                  .ifPresent(text -> field.setDescription(text + field.getDescription()));
              describe(field);
            });
  }

  private static List<JSONSchemaProps> fields(JSONSchemaProps schema) {
    boolean isList = schema.getItems() != null;
    JSONSchemaProps block = isList ? schema.getItems().getSchema() : schema;
    return block.getProperties() == null ? List.of() : List.copyOf(block.getProperties().values());
  }

  /** Fields of Kubernetes' own types have no description. */
  private static boolean hasDescription(JSONSchemaProps field, String start) {
    return field.getDescription() != null && field.getDescription().startsWith(start);
  }
}
