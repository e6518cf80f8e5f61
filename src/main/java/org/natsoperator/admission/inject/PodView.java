package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.admission.review.JsonProjection;

/**
 * A pod as a raw tree, so that fields which no model knows are kept. Null stands for a missing
 * field, as it does for the API server.
 */
public record PodView(JsonNode root) {

  /** Of every pod that names none. */
  static final String DEFAULT_SERVICE_ACCOUNT = "default";

  private static final JsonProjection CONTAINERS =
      JsonProjection.items(
          JsonProjection.fields(
              Map.of(
                  "name", JsonProjection.WHOLE,
                  "volumeMounts", JsonProjection.items(JsonProjection.WHOLE),
                  "volumeDevices", JsonProjection.items(JsonProjection.WHOLE),
                  "env", JsonProjection.named(ClientEnv.ALL))));

  /** All that is looked at of a pod. */
  public static final JsonProjection PARTS =
      JsonProjection.fields(
          Map.of(
              "metadata",
              JsonProjection.fields(
                  Map.of("labels", JsonProjection.WHOLE, "annotations", JsonProjection.WHOLE)),
              "spec",
              JsonProjection.fields(
                  Map.of(
                      "serviceAccountName",
                      JsonProjection.WHOLE,
                      "securityContext",
                      JsonProjection.fields(Map.of("fsGroup", JsonProjection.WHOLE)),
                      "volumes",
                      JsonProjection.items(JsonProjection.WHOLE),
                      "initContainers",
                      CONTAINERS,
                      "containers",
                      CONTAINERS,
                      "ephemeralContainers",
                      CONTAINERS))));

  Optional<String> label(String name) {
    return text(root.path("metadata").path("labels").path(name));
  }

  public Optional<String> annotation(String name) {
    return text(annotations().path(name));
  }

  JsonNode annotations() {
    return root.path("metadata").path("annotations");
  }

  JsonNode securityContext() {
    return root.path("spec").path("securityContext");
  }

  JsonNode volumes() {
    return root.path("spec").path("volumes");
  }

  /** Names of the Secrets that its volumes hold. */
  Stream<String> secrets() {
    return volumes()
        .valueStream()
        .flatMap(
            volume ->
                Stream.concat(
                    Stream.of(volume.path("secret").path("secretName")),
                    volume
                        .path("projected")
                        .path("sources")
                        .valueStream()
                        .map(source -> source.path("secret").path("name"))))
        .flatMap(name -> text(name).stream());
  }

  /** The API server has put it in before it asks us. */
  String serviceAccount() {
    return text(root.path("spec").path("serviceAccountName"))
        .filter(name -> !name.isEmpty())
        .orElse(DEFAULT_SERVICE_ACCOUNT);
  }

  /** Containers that run with the pod, sidecars with them, and those that run before. */
  List<ContainerView> containers() {
    List<ContainerView> all = new ArrayList<>(in("initContainers"));
    all.addAll(in("containers"));
    return all;
  }

  /** Containers that were put into the running pod. */
  List<ContainerView> ephemeralContainers() {
    return in("ephemeralContainers");
  }

  private List<ContainerView> in(String list) {
    List<ContainerView> containers = new ArrayList<>();
    for (JsonNode container : root.path("spec").path(list)) {
      containers.add(new ContainerView("/spec/" + list + "/" + containers.size(), container));
    }
    return containers;
  }

  static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }
}
