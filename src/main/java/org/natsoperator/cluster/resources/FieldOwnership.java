package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;

/**
 * The owners of an object's fields, by its {@code managedFields}. They also contain fields that the
 * operator does not read. Defaults of the API server have no owner.
 *
 * @param own fields that the operator applied; empty before its first apply
 * @param others fields of each other manager, without status
 */
public record FieldOwnership(Map<String, Object> own, List<Map<String, Object>> others) {

  /** The entry for the list or object itself. */
  private static final String SELF = ".";

  /**
   * A field that other managers own and the operator does not.
   *
   * @param path steps such as {@code f:env} and <code>k:{"name":"FOO"}</code>
   * @param leaf whether it has no fields of its own
   */
  record Foreign(List<String> path, boolean leaf) {}

  /**
   * The object with entries that the SDK can read: it accepts only one of the operator, and none
   * without a manager. Users can add others.
   *
   * @param copy of an object of a cache
   */
  public static HasMetadata withReadableEntries(
      HasMetadata object, UnaryOperator<HasMetadata> copy) {
    List<ManagedFieldsEntry> entries = object.getMetadata().getManagedFields();
    List<ManagedFieldsEntry> readable =
        Stream.concat(
                own(entries).limit(1), entries.stream().filter(entry -> !isOwnOrUnnamed(entry)))
            .toList();
    if (readable.size() == entries.size()) {
      return object;
    }
    HasMetadata changed = copy.apply(object);
    changed.getMetadata().setManagedFields(readable);
    return changed;
  }

  static FieldOwnership of(HasMetadata object) {
    Map<Boolean, List<ManagedFieldsEntry>> entries =
        object.getMetadata().getManagedFields().stream()
            .filter(FieldOwnership::isOfObject)
            .filter(entry -> entry.getFieldsV1() != null)
            .collect(Collectors.partitioningBy(FieldOwnership::isOwn));
    return new FieldOwnership(
        entries.get(true).stream().findFirst().map(FieldOwnership::fields).orElse(Map.of()),
        entries.get(false).stream().map(FieldOwnership::fields).toList());
  }

  /** The same with these fields, as if another manager owned them. */
  FieldOwnership with(Map<String, Object> fields) {
    return new FieldOwnership(own, Stream.concat(others.stream(), Stream.of(fields)).toList());
  }

  /** The highest foreign fields below a path; empty if the operator has not applied the object. */
  Set<Foreign> foreign(List<String> path) {
    Set<Foreign> found = new LinkedHashSet<>();
    if (!own.isEmpty()) {
      others.forEach(theirs -> collect(at(theirs, path), at(own, path), path, found));
    }
    return found;
  }

  static List<String> append(List<String> path, String... steps) {
    return Stream.concat(path.stream(), Stream.of(steps)).toList();
  }

  private static void collect(
      Map<String, Object> theirs, Map<String, Object> ours, List<String> path, Set<Foreign> found) {
    theirs.forEach(
        (step, below) -> {
          if (ours.containsKey(step)) {
            collect(map(below), map(ours.get(step)), append(path, step), found);
          } else if (!step.equals(SELF)) {
            found.add(new Foreign(append(path, step), map(below).isEmpty()));
          }
        });
  }

  private static Map<String, Object> at(Map<String, Object> fields, List<String> path) {
    Map<String, Object> below = fields;
    for (String step : path) {
      below = map(below.get(step));
    }
    return below;
  }

  /** The entry of the operator's applies. Only forged ones have a subresource. */
  private static Stream<ManagedFieldsEntry> own(List<ManagedFieldsEntry> entries) {
    return entries.stream().filter(FieldOwnership::isOwn).filter(FieldOwnership::isOfObject);
  }

  private static boolean isOfObject(ManagedFieldsEntry entry) {
    return entry.getSubresource() == null;
  }

  private static boolean isOwnOrUnnamed(ManagedFieldsEntry entry) {
    return entry.getManager() == null || isOwn(entry);
  }

  private static boolean isOwn(ManagedFieldsEntry entry) {
    return NatsApi.FIELD_MANAGER.equals(entry.getManager()) && "Apply".equals(entry.getOperation());
  }

  private static Map<String, Object> fields(ManagedFieldsEntry entry) {
    return entry.getFieldsV1().getAdditionalProperties();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object fields) {
    return fields instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
