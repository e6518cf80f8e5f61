package org.natsoperator.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The objects of the fake API server. Each write sends an event to the watchers. */
final class Objects {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
  private final Map<String, List<Predicate<String>>> watchers = new ConcurrentSkipListMap<>();
  private final AtomicInteger versions = new AtomicInteger();

  Objects() {
    TrainingObjects.objects().forEach((path, object) -> write(ApiPath.of(path), object));
  }

  Optional<ObjectNode> read(ApiPath path) {
    return Optional.ofNullable(objects.get(key(path)));
  }

  ObjectNode list(ApiPath path) {
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    list.putObject("metadata").put("resourceVersion", String.valueOf(versions.get()));
    list.putArray("items")
        .addAll(
            objects.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(path.collection() + "/"))
                .<JsonNode>map(Map.Entry::getValue)
                .toList());
    return list;
  }

  /**
   * Writes the object, or returns empty on a conflict.
   *
   * @param create whether an existing object is a conflict
   */
  synchronized Optional<ObjectNode> writeUnlessOutdated(
      ApiPath path, ObjectNode sent, boolean create) {
    Optional<ObjectNode> now = read(path);
    boolean outdated =
        now.filter(
                object ->
                    create || !version(sent).isEmpty() && !version(sent).equals(version(object)))
            .isPresent();
    return outdated ? Optional.empty() : Optional.of(write(path, sent));
  }

  /**
   * Replaces each top-level field that is sent, and the annotations; keeps the other fields and
   * metadata.
   */
  private ObjectNode write(ApiPath path, ObjectNode sent) {
    ObjectNode before = objects.get(key(path));
    ObjectNode now = before == null ? sent : before.deepCopy().setAll(withoutMetadata(sent));
    ObjectNode metadata = now.withObject("/metadata");
    if (sent.at("/metadata/annotations").isObject()) {
      metadata.set("annotations", sent.at("/metadata/annotations"));
    }
    metadata.put("name", path.name()).put("namespace", path.namespace());
    metadata.put("resourceVersion", String.valueOf(versions.incrementAndGet()));
    metadata.put("uid", TrainingObjects.uid(path.name())).put("generation", 1);
    metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
    objects.put(key(path), now);
    notifyWatchers(path.collection(), before == null ? "ADDED" : "MODIFIED", now);
    return now;
  }

  synchronized ObjectNode delete(ApiPath path) {
    ObjectNode gone = objects.remove(key(path));
    if (gone == null) {
      return JSON.createObjectNode();
    }
    notifyWatchers(path.collection(), "DELETED", gone);
    return gone;
  }

  /**
   * @param watcher receives each event in order; returns false to end the watch
   */
  void watch(String collection, Predicate<String> watcher) {
    watchers.computeIfAbsent(collection, key -> new CopyOnWriteArrayList<>()).add(watcher);
  }

  private void notifyWatchers(String collection, String type, ObjectNode object) {
    ObjectNode event = JSON.createObjectNode().put("type", type).set("object", object);
    watchers
        .getOrDefault(collection, new CopyOnWriteArrayList<>())
        .removeIf(watcher -> !watcher.test(event.toString()));
  }

  private static String version(ObjectNode object) {
    return object.at("/metadata/resourceVersion").asText();
  }

  private static ObjectNode withoutMetadata(ObjectNode sent) {
    return sent.deepCopy().without("metadata");
  }

  private static String key(ApiPath path) {
    return path.collection() + "/" + path.namespace() + "/" + path.name();
  }
}
