package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.admission.review.JsonProjection;
import org.natsoperator.token.TokenSecret;

/**
 * A pod as a raw tree, which keeps unknown fields. A null value is a missing field, as for the API
 * server.
 */
public record PodView(JsonNode root) {

  /** The ServiceAccount of a pod that names none. */
  static final String DEFAULT_SERVICE_ACCOUNT = "default";

  private static final JsonProjection CONTAINERS =
      JsonProjection.items(
          JsonProjection.fields(
              Map.of(
                  "name", JsonProjection.WHOLE,
                  "volumeMounts", JsonProjection.items(JsonProjection.WHOLE),
                  "volumeDevices", JsonProjection.items(JsonProjection.WHOLE),
                  "env", JsonProjection.named(ClientEnv.ALL))));

  /** The fields of a pod that the injector reads. */
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

  /** The value of an annotation, if the pod has it. */
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

  /** Names of the Secrets in its volumes. */
  private Stream<String> secrets() {
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

  /** The API server sets it before it calls the webhook. */
  String serviceAccount() {
    return text(root.path("spec").path("serviceAccountName"))
        .filter(name -> !name.isEmpty())
        .orElse(DEFAULT_SERVICE_ACCOUNT);
  }

  /**
   * Returns the ServiceAccount that the pod connects as: its own. A pod that names none may mount
   * the token Secret of another, as the manifests of 2018 did. It must not wait for a token of the
   * account that all such pods share, which may never be issued. Its containers get no new mount.
   *
   * @param cluster name of the NatsCluster
   */
  String client(String cluster) {
    String own = serviceAccount();
    if (!own.equals(DEFAULT_SERVICE_ACCOUNT)) {
      return own;
    }
    List<String> mounted =
        secrets().flatMap(name -> TokenSecret.accountsIn(name, cluster).stream()).toList();
    return mounted.isEmpty() || mounted.contains(own) ? own : mounted.getFirst();
  }

  /** Init containers, sidecars and app containers. */
  List<ContainerView> containers() {
    return Stream.concat(in("initContainers").stream(), in("containers").stream()).toList();
  }

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
