package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.Helm;

/** The objects that helm renders from the chart with these values. */
final class RenderedChart {

  private RenderedChart() {}

  static List<Map<?, ?>> objects(String... values) {
    return Stream.of(Helm.template(values).split("(?m)^---$"))
        .filter(text -> text.lines().anyMatch(line -> line.startsWith("kind:")))
        .<Map<?, ?>>map(text -> Serialization.unmarshal(text, Map.class))
        .toList();
  }

  /** The first object of a kind. */
  static <T extends HasMetadata> T object(Class<T> kind, String... values) {
    return objects(values).stream()
        .filter(object -> object.get("kind").equals(kind.getSimpleName()))
        .map(object -> Serialization.unmarshal(Serialization.asJson(object), kind))
        .findFirst()
        .orElseThrow();
  }

  static List<String> kinds(String... values) {
    return objects(values).stream().map(object -> object.get("kind").toString()).toList();
  }

  /** Applies all objects in a new namespace as a dry run on the real API server. */
  static void assertAccepted(String... values) {
    String namespace = ChartServer.namespace("dry");
    String[] inNamespace =
        Stream.of(values)
            .map(value -> value.replace("NAMESPACE", namespace))
            .toArray(String[]::new);
    String manifests =
        Helm.template(inNamespace).replace("namespace: \"nats-io\"", "namespace: " + namespace);
    List<String> answers =
        ChartServer.dryRun(namespace, manifests)
            .lines()
            .filter(line -> !line.startsWith("Warning"))
            .toList();
    assertThat(answers)
        .hasSizeGreaterThan(15)
        .allSatisfy(line -> assertThat(line).contains("(server dry run)"));
  }
}
