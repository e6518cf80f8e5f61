package org.natsoperator.api.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedCrdsTest {

  private static final Path GENERATED = Path.of("target/classes/META-INF/fabric8");
  private static final Path CHART = Path.of("charts/nats-operator/files/crds");

  @ParameterizedTest(name = "the {0} CRD of the chart matches the records")
  @ValueSource(strings = {"natsclusters.nats.io", "natsserviceroles.nats.io"})
  void chartContainsCurrentCrd(String kind) throws IOException {
    assertThat(Files.readString(CHART.resolve(kind + ".yaml")))
        .as("run `make crds`: the chart's CRDs differ from the generated ones")
        .isEqualTo(Files.readString(GENERATED.resolve(kind + "-v1.yml")));
  }

  @Test
  void chartContainsCrdOfEveryKind() throws IOException {
    assertThat(names(CHART, ".yaml")).as("run `make crds`").isEqualTo(names(GENERATED, "-v1.yml"));
  }

  @ParameterizedTest(name = "every value in the {0} CRD has a maximum, except spec.template")
  @ValueSource(strings = {"natsclusters.nats.io", "natsserviceroles.nats.io"})
  void everyValueHasMaximum(String kind) throws IOException {
    JsonNode schema =
        Serialization.yamlMapper()
            .readTree(CHART.resolve(kind + ".yaml").toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema/properties");

    assertThat(unbounded("spec", schema.get("spec")))
        .isSubsetOf("spec.template")
        .hasSize(kind.equals("natsclusters.nats.io") ? 1 : 0);
    assertThat(unbounded("status", schema.get("status"))).isEmpty();
  }

  /** Paths of values without a maximum, or with a type that has none. */
  private static List<String> unbounded(String path, JsonNode schema) {
    String bound =
        switch (schema.path("type").asText()) {
          case "string" -> "maxLength";
          case "integer" -> "maximum";
          case "array" -> "maxItems";
          case "object" -> schema.has("properties") ? "properties" : "maxProperties";
          case "boolean" -> "type";
          default -> schema.has("x-kubernetes-int-or-string") ? "maxLength" : "none";
        };
    Stream<String> own = schema.has(bound) ? Stream.empty() : Stream.of(path);
    Stream<Map.Entry<String, JsonNode>> fields = schema.path("properties").properties().stream();
    Stream<String> inner =
        Stream.of(
                fields.map(field -> unbounded(path + "." + field.getKey(), field.getValue())),
                Stream.of("items", "additionalProperties")
                    .filter(schema::has)
                    .map(values -> unbounded(path + "[]", schema.get(values))))
            .flatMap(lists -> lists)
            .flatMap(List::stream);
    return Stream.concat(own, inner).toList();
  }

  private static List<String> names(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .sorted()
          .toList();
    }
  }
}
