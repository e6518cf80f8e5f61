package org.natsoperator.docs;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Generates docs/reference.md from the chart's CRDs for {@code make docs}: every field, its limits
 * and its meaning.
 */
final class CrdReference {

  static final Path FILE = Path.of("docs/reference.md");

  private static final Path CRDS = Path.of("charts/nats-operator/files/crds");

  private CrdReference() {}

  static String text() throws IOException {
    try (Stream<Path> files = Files.list(CRDS)) {
      String kinds =
          files
              .sorted()
              .map(CrdReference::read)
              .map(CrdReference::kind)
              .collect(Collectors.joining("\n"));
      return """
      # Reference

      Every field of both kinds, generated from the CRDs by `make docs`. `kubectl explain natscluster.spec --recursive` shows the same.
      Fields are optional unless the table says otherwise. Most of them are fields of the Go operator;
      [README](../README.md#supported-fields) lists those that are not supported yet. See also the
      [annotations](validation-rules.md#annotations-of-clusters-and-roles) of both kinds.

      """
          + kinds;
    }
  }

  private static String kind(CustomResourceDefinition crd) {
    var names = crd.getSpec().getNames();
    var version = crd.getSpec().getVersions().getFirst();
    JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
    StringBuilder text = new StringBuilder();
    text.append("## %s\n\n".formatted(names.getKind()));
    text.append(
        "`apiVersion: %s/%s`, %s. `kubectl get %s`, short `%s`, shows:\n\n"
            .formatted(
                crd.getSpec().getGroup(),
                version.getName(),
                crd.getSpec().getScope().toLowerCase(),
                names.getPlural(),
                names.getShortNames().getFirst()));
    text.append("| Column | Value |\n|---|---|\n");
    version.getAdditionalPrinterColumns().forEach(column -> text.append(row(column)));
    rules(schema).forEach(rule -> text.append("\n").append(rule).append("\n"));
    for (String part : List.of("spec", "status")) {
      JSONSchemaProps fields = schema.getProperties().get(part);
      text.append(
          "\n### %s of a %s\n\n"
              .formatted(part.substring(0, 1).toUpperCase() + part.substring(1), names.getKind()));
      rules(fields).forEach(rule -> text.append(rule).append("\n\n"));
      text.append("| Field | Type | Meaning |\n|---|---|---|\n");
      rows(part, fields).forEach(text::append);
    }
    return text.toString();
  }

  private static String row(CustomResourceColumnDefinition column) {
    String wide =
        column.getPriority() != null && column.getPriority() > 0 ? ", with `-o wide`" : "";
    return "| %s | `%s`%s |\n"
        .formatted(column.getName().toUpperCase(), column.getJsonPath(), wide);
  }

  private static List<String> rows(String path, JSONSchemaProps schema) {
    List<String> rows = new ArrayList<>();
    for (Map.Entry<String, JSONSchemaProps> field :
        new TreeMap<>(schema.getProperties()).entrySet()) {
      JSONSchemaProps type = field.getValue();
      String name = path + "." + field.getKey();
      rows.add("| `%s` | %s | %s |\n".formatted(name, escaped(type(type)), escaped(meaning(type))));
      inner(type).ifPresent(inner -> rows.addAll(rows(isList(type) ? name + "[]" : name, inner)));
    }
    return rows;
  }

  /**
   * Empty for Kubernetes types: their fields have no descriptions here, because the Kubernetes
   * documentation describes them.
   */
  private static Optional<JSONSchemaProps> inner(JSONSchemaProps type) {
    return Optional.of(isList(type) ? item(type) : type)
        .filter(inner -> inner.getProperties() != null)
        .filter(
            inner ->
                inner.getProperties().values().stream()
                    .anyMatch(field -> field.getDescription() != null));
  }

  private static String type(JSONSchemaProps type) {
    List<String> words = new ArrayList<>();
    words.add(
        isList(type)
            ? "list of " + item(type).getType()
            : isMap(type)
                ? "map of " + type.getAdditionalProperties().getSchema().getType()
                : Optional.ofNullable(type.getType()).orElse("any"));
    JSONSchemaProps limited = isList(type) ? item(type) : type;
    Optional.ofNullable(type.getDefault())
        .ifPresent(value -> words.add("default `%s`".formatted(value.toString())));
    Optional.ofNullable(limited.getMinimum())
        .filter(value -> value > Integer.MIN_VALUE)
        .ifPresent(value -> words.add("at least %d".formatted(value.longValue())));
    Optional.ofNullable(limited.getMaximum())
        .filter(value -> value < Integer.MAX_VALUE)
        .ifPresent(value -> words.add("at most %d".formatted(value.longValue())));
    return String.join(", ", words);
  }

  private static String meaning(JSONSchemaProps type) {
    return Stream.concat(Stream.ofNullable(type.getDescription()), rules(type).stream())
        .collect(Collectors.joining(" "))
        .replaceAll("(?<![.]) Rule: ", ". Rule: ");
  }

  /** The messages of the CEL rules. A rule of the spec contains the path of its field. */
  private static List<String> rules(JSONSchemaProps type) {
    return Optional.ofNullable(type.getXKubernetesValidations()).orElse(List.of()).stream()
        .map(
            rule ->
                "Rule: "
                    + Optional.ofNullable(rule.getFieldPath())
                        .map(field -> "`" + field.substring(1) + "` ")
                        .orElse("")
                    + rule.getMessage()
                    + ".")
        .toList();
  }

  private static boolean isList(JSONSchemaProps type) {
    return "array".equals(type.getType());
  }

  private static boolean isMap(JSONSchemaProps type) {
    return type.getAdditionalProperties() != null
        && type.getAdditionalProperties().getSchema() != null;
  }

  private static JSONSchemaProps item(JSONSchemaProps list) {
    return list.getItems().getSchema();
  }

  /** A pipe would end the cell; an angle bracket would begin HTML. */
  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  private static CustomResourceDefinition read(Path file) {
    try {
      return Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
