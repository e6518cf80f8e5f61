package org.natsoperator.docs;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Generates the chart's README.md for {@code make docs}: every value, its default and its
 * description in values.schema.json.
 */
final class ChartReadme {

  static final Path FILE = Path.of("charts/nats-operator/README.md");

  private static final Path VALUES = FILE.resolveSibling("values.yaml");
  private static final Path SCHEMA = FILE.resolveSibling("values.schema.json");

  private ChartReadme() {}

  /** A row of the table of values. */
  record Value(String path, JsonNode preset, JsonNode schema) {

    String row() {
      return "| `%s` | `%s` | %s |".formatted(path, escaped(preset.toString()), escaped(meaning()));
    }

    String meaning() {
      String description = schema.path("description").asText();
      return schema.has("enum")
          ? description + " Allowed: " + allowed(schema.get("enum")) + "."
          : description;
    }

    private static String allowed(JsonNode values) {
      return StreamSupport.stream(values.spliterator(), false)
          .map(value -> value.asText().isEmpty() ? "empty" : "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }

    /** A pipe would end the cell; an angle bracket would begin HTML. */
    private static String escaped(String text) {
      return text.replace("|", "\\|").replace("<", "&lt;");
    }
  }

  static String text() throws IOException {
    String rows = values().stream().map(Value::row).collect(Collectors.joining("\n"));
    return """
    # NATS operator

    This chart installs the [NATS operator](../../README.md): its Deployment, CRDs, webhooks, admission policies and permissions.
    You need Kubernetes 1.31 or later and Helm 3. The project publishes no image, so build and push one first, and set `image.repository`:

        helm install nats-operator charts/nats-operator --namespace nats-operator-system --create-namespace --wait \\
          --set image.repository=REGISTRY/nats-operator,image.tag=TAG

    [Install](../../docs/install.md) explains watched namespaces, several operators, OpenShift, and how to uninstall.
    [Metrics](../../docs/metrics-and-alerts.md) explains ServiceMonitor, PrometheusRule and dashboard.

    ## Values

    `make docs` generates this table from `values.schema.json`, which validates all values. `helm show values` has longer comments.

    | Value | Default | Meaning |
    |---|---|---|
    """
        + rows
        + "\n";
  }

  static List<Value> values() throws IOException {
    return values("", read(VALUES), read(SCHEMA));
  }

  /** All values, in the order of values.yaml. A value without a schema has a missing node. */
  private static List<Value> values(String path, JsonNode presets, JsonNode schema) {
    List<Value> values = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : presets.properties()) {
      JsonNode type = schema.path("properties").path(field.getKey());
      JsonNode preset = field.getValue();
      String name = path + field.getKey();
      if (preset.isObject() && !preset.isEmpty() && type.has("properties")) {
        values.addAll(values(name + ".", preset, type));
      } else {
        values.add(new Value(name, preset, type));
      }
    }
    return values;
  }

  /** Paths of the schema that have no default. */
  static List<String> withoutDefault() throws IOException {
    return withoutDefault("", read(VALUES), read(SCHEMA));
  }

  private static List<String> withoutDefault(String path, JsonNode presets, JsonNode schema) {
    List<String> paths = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      JsonNode preset = presets.path(field.getKey());
      String name = path + field.getKey();
      if (preset.isMissingNode()) {
        paths.add(name);
      } else if (preset.isObject() && !preset.isEmpty()) {
        paths.addAll(withoutDefault(name + ".", preset, field.getValue()));
      }
    }
    return paths;
  }

  private static JsonNode read(Path file) throws IOException {
    return Serialization.yamlMapper().readTree(file.toFile());
  }
}
