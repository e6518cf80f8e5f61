package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;
import org.natsoperator.validation.FieldError;

/**
 * Bounds of a client pod. Any pod can send admission requests, and the API server has no bounds for
 * these lists: the patch of 100,000 empty containers would fill the heap, and the search for the
 * token's mount multiplies volumes and mounts.
 */
final class PodSize {

  static final int MOST_CONTAINERS = 200;
  static final int MOST_VOLUMES = 250;

  /** Of all volumes together. */
  static final int MOST_SOURCES = 2_000;

  /** Of all containers together. */
  static final int MOST_MOUNTS = 2_000;

  private PodSize() {}

  /** Returns an error for each list that is too long. */
  static List<FieldError> errors(PodView pod) {
    List<ContainerView> containers =
        Stream.concat(pod.containers().stream(), pod.ephemeralContainers().stream()).toList();
    List<FieldError> errors = new ArrayList<>();
    check("spec.containers", "containers", containers.size(), MOST_CONTAINERS, errors);
    check("spec.volumes", "volumes", pod.volumes().size(), MOST_VOLUMES, errors);
    check(
        "spec.volumes[].projected.sources",
        "sources of volumes",
        pod.volumes().valueStream().map(volume -> volume.at("/projected/sources")),
        MOST_SOURCES,
        errors);
    check(
        "spec.containers[].volumeMounts",
        "mounts and devices of volumes",
        containers.stream()
            .flatMap(container -> Stream.of(container.mounts(), container.devices())),
        MOST_MOUNTS,
        errors);
    return errors;
  }

  private static void check(
      String field, String what, Stream<JsonNode> lists, int most, List<FieldError> errors) {
    check(field, what, lists.mapToInt(JsonNode::size).sum(), most, errors);
  }

  private static void check(
      String field, String what, int size, int most, List<FieldError> errors) {
    if (size > most) {
      errors.add(
          new FieldError(
              field,
              "the pod has %d %s, and at most %d are possible; remove some, or remove the label %s"
                  .formatted(size, what, most, NatsApi.CLUSTER_LABEL)));
    }
  }
}
