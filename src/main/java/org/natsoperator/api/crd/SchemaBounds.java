package org.natsoperator.api.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.natsoperator.api.NatsApi;

/**
 * Gives each value in the schema of a CRD a maximum, so that the operator can read every value that
 * the API server accepts, and no object fills its memory. A maximum of the field's own annotations
 * stays. It also makes conditions a map by type, and removes repeated rules.
 */
final class SchemaBounds {

  private static final long STRING_LENGTH = 1024;
  private static final long LIST_ITEMS = 256;
  private static final long MAP_ENTRIES = 64;

  private static final String CONDITIONS = ".conditions";

  /** Maximum lengths of strings and lists that need more, by their paths in spec or status. */
  private static final Map<String, Long> LONGER =
      Map.of(
          ".pod.natsEnv[].value",
          32_768L,
          ".permissions.publish",
          1024L,
          ".permissions.subscribe",
          1024L,
          CONDITIONS + "[].message",
          (long) NatsApi.MAX_CONDITION_MESSAGE);

  /** Longest text of a quantity; no sensible one is longer. */
  private static final long QUANTITY_LENGTH = 64;

  private static final ValidationRule QUANTITY =
      new ValidationRuleBuilder()
          .withRule("type(self) == int || isQuantity(self)")
          .withMessage("is not a valid quantity; use one such as \"500m\" or \"1Gi\"")
          .build();

  private SchemaBounds() {}

  /** Limits spec and status of a kind. */
  static void limit(JSONSchemaProps kind) {
    kind.getProperties().values().forEach(part -> limit("", part));
  }

  private static void limit(String path, JSONSchemaProps schema) {
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      schema.setMaxLength(QUANTITY_LENGTH);
      schema.setXKubernetesValidations(List.of(QUANTITY));
    } else if ("string".equals(schema.getType())) {
      limitLength(path, schema);
    } else if ("integer".equals(schema.getType())) {
      limitInteger(schema);
    } else if ("array".equals(schema.getType())) {
      schema.setMaxItems(LONGER.getOrDefault(path, LIST_ITEMS));
      limit(path + "[]", schema.getItems().getSchema());
      if (path.equals(CONDITIONS)) {
        identifyByType(schema);
      }
    } else if (schema.getAdditionalProperties() != null) {
      schema.setMaxProperties(MAP_ENTRIES);
      limit(path + "{}", schema.getAdditionalProperties().getSchema());
    }
    removeRepeatedRules(schema);
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, field) -> limit(path + "." + name, field));
    }
  }

  /**
   * The generator reads the only rule of a record component twice: at the field and the accessor.
   */
  private static void removeRepeatedRules(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(
        schema.getXKubernetesValidations().stream().distinct().toList());
  }

  /** Each client then owns its conditions only, not the whole list. */
  private static void identifyByType(JSONSchemaProps conditions) {
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    conditions.getItems().getSchema().setRequired(List.of("type"));
  }

  private static void limitLength(String path, JSONSchemaProps schema) {
    schema.setMaxLength(LONGER.getOrDefault(path, STRING_LENGTH));
  }

  /** All are Java integers; a longer one could not be read. */
  private static void limitInteger(JSONSchemaProps schema) {
    schema.setFormat("int32");
    schema.setMinimum(Objects.requireNonNullElse(schema.getMinimum(), (double) Integer.MIN_VALUE));
    schema.setMaximum(Objects.requireNonNullElse(schema.getMaximum(), (double) Integer.MAX_VALUE));
  }
}
