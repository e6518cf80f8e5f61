package org.natsoperator.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The objects of the fake API server. Each change sends an event to the watchers. */
final class Objects {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Event(int version, ApiPath path, String text) {}

  /**
   * @param receiver returns false to end the watch
   */
  private record Watcher(ApiPath path, Predicate<String> receiver) {}

  private final Map<ApiPath, ObjectNode> objects = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private int version;

  Objects() {
    TrainingObjects.objects().forEach((path, object) -> write(ApiPath.of(path), object));
  }

  synchronized Optional<ObjectNode> read(ApiPath path) {
    return Optional.ofNullable(objects.get(path.withoutSubresource()));
  }

  /** The objects of a collection, or the one with the path's name. */
  synchronized ObjectNode list(ApiPath path) {
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    list.putObject("metadata").put("resourceVersion", String.valueOf(version));
    list.putArray("items")
        .addAll(
            objects.entrySet().stream()
                .filter(entry -> path.contains(entry.getKey()))
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
    ObjectNode before = objects.get(path);
    ObjectNode now = before == null ? sent : before.deepCopy().setAll(withoutMetadata(sent));
    ObjectNode metadata = now.withObject("/metadata");
    if (sent.at("/metadata/annotations").isObject()) {
      metadata.set("annotations", sent.at("/metadata/annotations"));
    }
    metadata.put("name", path.name()).put("namespace", path.namespace());
    metadata.put("resourceVersion", String.valueOf(++version));
    metadata.put("uid", TrainingObjects.uid(path.name())).put("generation", 1);
    metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
    objects.put(path, now);
    notifyWatchers(path, before == null ? "ADDED" : "MODIFIED", now);
    return now;
  }

  synchronized ObjectNode delete(ApiPath path) {
    ObjectNode gone = objects.remove(path);
    if (gone == null) {
      return JSON.createObjectNode();
    }
    gone.withObject("/metadata").put("resourceVersion", String.valueOf(++version));
    notifyWatchers(path, "DELETED", gone);
    return gone;
  }

  /**
   * Sends each event after a version, in order: a change may come between a list and its watch.
   *
   * @param path a collection, or one object
   * @param receiver returns false to end the watch
   */
  synchronized void watch(ApiPath path, int since, Predicate<String> receiver) {
    boolean open =
        events.stream()
            .filter(event -> event.version() > since && path.contains(event.path()))
            .allMatch(event -> receiver.test(event.text()));
    if (open) {
      watchers.add(new Watcher(path, receiver));
    }
  }

  private void notifyWatchers(ApiPath path, String type, ObjectNode object) {
    ObjectNode event = JSON.createObjectNode().put("type", type).set("object", object);
    String text = event.toString();
    events.add(new Event(version, path, text));
    watchers.removeIf(watcher -> watcher.path().contains(path) && !watcher.receiver().test(text));
  }

  private static String version(ObjectNode object) {
    return object.at("/metadata/resourceVersion").asText();
  }

  private static ObjectNode withoutMetadata(ObjectNode sent) {
    return sent.deepCopy().without("metadata");
  }
}
