package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;

/** Random pods that an API server would accept. The same seed creates the same pod. */
final class RandomPods {

  static final ClientNames CLUSTER = client("nats-io", "example-nats");

  /** The clusters that a pod may reference; the first is that of the label. */
  private static final List<ClientNames> CLUSTERS =
      List.of(CLUSTER, client("core", "other"), client("nats-io", "third"));

  private static final Map<String, List<String>> ANNOTATIONS =
      Map.of(
          InjectionAnnotations.CLUSTERS,
              List.of("core/other", "core/other,third", "third, nats-io/example-nats"),
          InjectionAnnotations.INJECT_ENV, List.of("false", "true"),
          InjectionAnnotations.TOKEN_LIFETIME, List.of("1m", "2h", "86400"),
          InjectionAnnotations.FS_GROUP, List.of("0", "2000"));
  private static final List<String> VOLUMES =
      List.of("nats-token", "nats-token-2", "nats-token-other", "data", "tokens", "x");
  private static final List<String> PATHS =
      List.of(
          "/var/run/secrets/nats.io",
          "/run/secrets/nats.io/",
          "/var/run/secrets/nats.io/token",
          "/var/run/secrets/nats.io/other",
          "/var/run/secrets",
          "/var/run",
          "/data",
          "/",
          "/a/$(b)",
          "/var/run/secrets/nats.io2");
  private static final List<String> VARIABLES =
      List.of(
          "NATS_URL", "NATS_CLUSTER", "NATS_USER", "NATS_INBOX_PREFIX", "NATS_TOKEN_FILE", "HOME");
  private static final List<String> FILES = List.of("token", "deep/token", "token/token", "a");

  private final Random random;

  RandomPods(long seed) {
    random = new Random(seed);
  }

  ObjectNode pod() {
    ObjectNode pod = Pods.withSpec("{}");
    ObjectNode spec = pod.withObject("/spec");
    List<String> names = some(VOLUMES);
    maybeList(spec, "volumes", names, this::volume);
    maybeList(
        spec, "initContainers", some(List.of("init", "side-car")), name -> container(name, names));
    maybeList(spec, "containers", some(List.of("a", "b", "c")), name -> container(name, names));
    unknown(spec);
    unknown(pod);
    unknown(pod.withObject("/metadata"));
    if (random.nextBoolean()) {
      addAnnotations(pod.withObject("/metadata/annotations").put("other/annotation", "x"));
    }
    return pod;
  }

  private void addAnnotations(ObjectNode annotations) {
    ANNOTATIONS.forEach(
        (annotation, values) -> sometimes(() -> annotations.put(annotation, any(values))));
    String containers =
        any(List.of(InjectionAnnotations.INJECT_CONTAINERS, InjectionAnnotations.SKIP_CONTAINERS));
    sometimes(() -> annotations.put(containers, any(List.of("a", "init,b", "missing"))));
  }

  /** Renames every volume, also in mounts. */
  void renameVolumes(ObjectNode pod) {
    Map<String, String> names = new HashMap<>();
    for (JsonNode volume : pod.at("/spec/volumes")) {
      String name = volume.path("name").asText();
      names.put(name, "renamed-" + name);
      ((ObjectNode) volume).put("name", "renamed-" + name);
    }
    containers(pod).stream()
        .flatMap(container -> container.path("volumeMounts").valueStream())
        .forEach(mount -> ((ObjectNode) mount).put("name", names.get(mount.path("name").asText())));
  }

  /** Shuffles lists. Containers keep their order because it has a meaning. */
  void shuffle(ObjectNode pod) {
    shuffleList(pod.at("/spec/volumes"));
    containers(pod).forEach(container -> shuffleList(container.path("volumeMounts")));
    containers(pod).forEach(container -> shuffleList(container.path("env")));
  }

  /** Removes some mounts and variables, and then some volumes without mounts. */
  void removeSome(ObjectNode pod) {
    containers(pod).forEach(container -> thin(container.path("volumeMounts"), Set.of()));
    containers(pod).forEach(container -> thin(container.path("env"), Set.of()));
    Set<String> mounted = new HashSet<>();
    containers(pod).stream()
        .flatMap(container -> container.path("volumeMounts").valueStream())
        .forEach(mount -> mounted.add(mount.path("name").asText()));
    thin(pod.at("/spec/volumes"), mounted);
  }

  private ObjectNode container(String name, List<String> volumes) {
    ObjectNode container = named(name).put("image", "i");
    List<String> paths = some(PATHS);
    if (!volumes.isEmpty()) {
      maybeList(container, "volumeMounts", paths, path -> mount(path, volumes));
    }
    maybeList(
        container,
        "env",
        some(VARIABLES),
        variable -> named(variable).put("value", any(List.of("x", "nats-user", ""))));
    unknown(container);
    return container;
  }

  private ObjectNode mount(String path, List<String> volumes) {
    ObjectNode mount = named(any(volumes)).put("mountPath", path);
    sometimes(() -> mount.put("readOnly", random.nextBoolean()));
    sometimes(() -> mount.put("subPath", any(FILES)));
    return mount;
  }

  private ObjectNode volume(String name) {
    ObjectNode volume = named(name);
    switch (random.nextInt(6)) {
      case 0 -> secret(volume.putObject("secret").put("secretName", any(CLUSTERS).secret()));
      case 1 -> volume.putObject("emptyDir");
      case 2 -> volume.putObject("secret").put("secretName", "another");
      default -> {
        ArrayNode sources = volume.putObject("projected").putArray("sources");
        for (int i = random.nextInt(3); i > 0; i--) {
          source(sources.addObject());
        }
      }
    }
    unknown(volume);
    return volume;
  }

  private void source(ObjectNode source) {
    switch (random.nextInt(4)) {
      case 0 -> secret(source.putObject("secret").put("name", any(CLUSTERS).secret()));
      case 1 -> source.putObject("secret").put("name", "another");
      case 2 ->
          source
              .putObject("serviceAccountToken")
              .put("audience", any(CLUSTERS).audience())
              .put("path", any(FILES));
      default ->
          source
              .putObject("serviceAccountToken")
              .put("audience", "another")
              .put("path", any(FILES));
    }
  }

  private void secret(ObjectNode secret) {
    sometimes(
        () ->
            secret
                .putArray("items")
                .addObject()
                .put("key", any(List.of("token", "other")))
                .put("path", any(FILES)));
  }

  private void unknown(ObjectNode object) {
    sometimes(
        () -> object.putObject("fieldOfTomorrow").putArray("list").add(random.nextInt()).addNull());
  }

  private void maybeList(
      ObjectNode parent,
      String field,
      List<String> items,
      java.util.function.Function<String, ObjectNode> make) {
    if (items.isEmpty() && random.nextBoolean()) {
      sometimes(() -> parent.putNull(field));
      return;
    }
    ArrayNode list = parent.putArray(field);
    items.forEach(item -> list.add(make.apply(item)));
  }

  private void thin(JsonNode list, Set<String> kept) {
    if (list instanceof ArrayNode items) {
      for (int i = items.size() - 1; i >= 0; i--) {
        if (random.nextBoolean() && !kept.contains(items.get(i).path("name").asText())) {
          items.remove(i);
        }
      }
    }
  }

  private void shuffleList(JsonNode list) {
    if (list instanceof ArrayNode items) {
      List<JsonNode> order = new ArrayList<>();
      items.forEach(order::add);
      Collections.shuffle(order, random);
      items.removeAll().addAll(order);
    }
  }

  private static List<JsonNode> containers(JsonNode pod) {
    List<JsonNode> all = new ArrayList<>();
    pod.at("/spec/initContainers").forEach(all::add);
    pod.at("/spec/containers").forEach(all::add);
    return all;
  }

  private static ObjectNode named(String name) {
    return JsonNodeFactory.instance.objectNode().put("name", name);
  }

  private void sometimes(Supplier<?> action) {
    if (random.nextInt(3) == 0) {
      action.get();
    }
  }

  private List<String> some(List<String> all) {
    return all.stream().filter(each -> random.nextBoolean()).toList();
  }

  private static ClientNames client(String namespace, String cluster) {
    return new ClientNames(new Identity("nats-io", "nats-user"), namespace, cluster);
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
