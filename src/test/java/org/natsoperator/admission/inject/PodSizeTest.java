package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodSizeTest {

  /** Adds a number of items to the spec of a pod. */
  private interface Items extends BiConsumer<ObjectNode, Integer> {}

  @ParameterizedTest(name = "{0}, at most {1}")
  @MethodSource
  void listsAreLimited(Items items, int most, String error) {
    assertThat(PodSize.errors(pod(items, most))).isEmpty();
    assertThat(PodSize.errors(pod(items, most + 1)))
        .singleElement()
        .hasToString(
            error
                + ", and at most %d are possible; remove some, or remove the label nats_cluster"
                    .formatted(most));
  }

  static Stream<Arguments> listsAreLimited() {
    return Stream.of(
        row(
            "containers of several kinds",
            PodSizeTest::containers,
            200,
            "spec.containers: the pod has 201 containers"),
        row(
            "volumes",
            (spec, count) -> objects(spec.putArray("volumes"), count),
            250,
            "spec.volumes: the pod has 251 volumes"),
        row(
            "sources of two volumes",
            PodSizeTest::sources,
            2_000,
            "spec.volumes[].projected.sources: the pod has 2001 sources of volumes"),
        row(
            "mounts and devices of two containers",
            PodSizeTest::mounts,
            2_000,
            "spec.containers[].volumeMounts: the pod has 2001 mounts and devices of volumes"));
  }

  private static Arguments row(String name, Items items, int most, String error) {
    return Arguments.of(Named.of(name, items), most, error);
  }

  private static void containers(ObjectNode spec, int count) {
    spec.putArray("initContainers").addObject();
    spec.putArray("ephemeralContainers").addObject();
    ArrayNode containers = spec.putArray("containers");
    // Not an object, as in a forged request.
    IntStream.range(0, count - 2).forEach(i -> containers.add(0));
  }

  private static void sources(ObjectNode spec, int count) {
    ArrayNode volumes = spec.putArray("volumes");
    objects(volumes.addObject().putObject("projected").putArray("sources"), 1);
    objects(volumes.addObject().putObject("projected").putArray("sources"), count - 1);
  }

  private static void mounts(ObjectNode spec, int count) {
    objects(spec.putArray("initContainers").addObject().putArray("volumeDevices"), 1);
    objects(spec.putArray("containers").addObject().putArray("volumeMounts"), count - 1);
  }

  private static void objects(ArrayNode list, int count) {
    IntStream.range(0, count).forEach(i -> list.addObject());
  }

  private static PodView pod(Items items, int count) {
    ObjectNode pod = new ObjectMapper().createObjectNode();
    items.accept(pod.putObject("spec"), count);
    return new PodView(pod);
  }
}
