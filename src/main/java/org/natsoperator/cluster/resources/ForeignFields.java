package org.natsoperator.cluster.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.natsoperator.cluster.resources.FieldOwnership.Foreign;
import org.natsoperator.decoding.UntrustedJson;

/**
 * Fields that another client has added to an object of the operator where only the operator may set
 * fields. A server-side apply cannot remove them, since they belong to another field manager.
 *
 * @param names the fields as users write them, at most 500, long ones cut
 * @param patch the JSON patch that removes them from this version of the object
 */
public record ForeignFields(List<String> names, String patch) {

  /** Any user who can edit an object can add thousands. The others are removed later. */
  private static final int MOST = 500;

  /** In characters. */
  private static final int LONGEST_NAME = 300;

  private static final ObjectMapper JSON = UntrustedJson.mapper();

  /**
   * A field to remove.
   *
   * @param name as users write it
   * @param pointer the steps of its JSON pointer
   * @param unread whether only its owner is known: the operator does not read it, or it does not
   *     exist, since users can write any {@code managedFields}
   */
  private record Field(String name, List<String> pointer, boolean unread) {

    /** A removal moves the later items of its list, so those come first. */
    private static final Comparator<Field> LAST_ITEMS_FIRST =
        (one, other) -> compare(one.pointer, other.pointer);

    private static int compare(List<String> one, List<String> other) {
      for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
        String step = one.get(i);
        String otherStep = other.get(i);
        if (!step.equals(otherStep)) {
          return isIndex(step) && isIndex(otherStep)
              ? Integer.compare(Integer.parseInt(otherStep), Integer.parseInt(step))
              : step.compareTo(otherStep);
        }
      }
      return Integer.compare(one.size(), other.size());
    }

    private static boolean isIndex(String step) {
      return step.matches("\\d{1,6}");
    }
  }

  /** The foreign fields of an object; empty if it has none where only the operator may set them. */
  public static Optional<ForeignFields> in(HasMetadata live, HasMetadata rendered) {
    List<Foreign> foreign = OwnedFields.foreign(live);
    if (foreign.isEmpty()) {
      return Optional.empty();
    }
    JsonNode json = JSON.valueToTree(live);
    JsonNode desired = JSON.valueToTree(rendered);
    // A client that changes a rendered field becomes its owner; the next apply restores the value.
    List<Field> fields =
        foreign.stream()
            .filter(field -> !has(desired, field.path()))
            .flatMap(field -> field(json, field.path()).stream())
            .distinct()
            .limit(MOST)
            .toList();
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ForeignFields(
                fields.stream().map(Field::name).toList(), patch(live, rendered, fields)));
  }

  /**
   * Whether another client has changed the template of a StatefulSet, so that its revision is not
   * the operator's own.
   */
  public static boolean changeTemplate(StatefulSet set) {
    return OwnedFields.changeTemplate(set);
  }

  private static String patch(HasMetadata live, HasMetadata rendered, List<Field> fields) {
    ArrayNode patch = JSON.createArrayNode();
    // With another version of the object, the API server reports a conflict.
    patch.add(
        operation("replace", List.of("metadata", "resourceVersion"))
            .put("value", live.getMetadata().getResourceVersion()));
    if (rendered instanceof Service service) {
      restoreType(service.getSpec(), patch);
    }
    fields.stream().sorted(Field.LAST_ITEMS_FIRST).forEach(field -> remove(field, patch));
    return patch.toString();
  }

  /** The API server rejects the removal of a field that does not exist. */
  private static void remove(Field field, ArrayNode patch) {
    if (field.unread()) {
      patch.add(operation("add", field.pointer()).putNull("value"));
    }
    patch.add(operation("remove", field.pointer()));
  }

  /**
   * One type requires or admits fields that another rejects. With another type, the API server has
   * removed {@code clusterIP: None}; without it, it would allocate an address, which is immutable.
   */
  private static void restoreType(ServiceSpec rendered, ArrayNode patch) {
    patch.add(operation("replace", List.of("spec", "type")).put("value", rendered.getType()));
    if (rendered.getClusterIP() != null) {
      patch.add(
          operation("add", List.of("spec", "clusterIP")).put("value", rendered.getClusterIP()));
    }
  }

  private static ObjectNode operation(String op, List<String> pointer) {
    String path =
        pointer.stream()
            .map(step -> "/" + step.replace("~", "~0").replace("/", "~1"))
            .collect(Collectors.joining());
    return JSON.createObjectNode().put("op", op).put("path", path);
  }

  /** Empty if the object contains neither the field nor the object that would contain it. */
  private static Optional<Field> field(JsonNode object, List<String> path) {
    List<String> pointer = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    JsonNode node = object;
    JsonNode parent = object;
    for (String step : path) {
      String text = step.substring(2);
      parent = node;
      if (step.startsWith("f:")) {
        name.append(name.isEmpty() ? "" : ".").append(text);
        pointer.add(text);
        node = node.path(text);
      } else {
        JsonNode key = parse(text);
        name.append(
            key.valueStream().map(JsonNode::asText).collect(Collectors.joining("/", "[", "]")));
        int index = indexOf(node, key);
        pointer.add(Integer.toString(index));
        node = node.path(index);
      }
    }
    if (node.isMissingNode() && !parent.isObject()) {
      return Optional.empty();
    }
    name.setLength(Math.min(name.length(), LONGEST_NAME));
    return Optional.of(new Field(name.toString(), pointer, node.isMissingNode()));
  }

  private static boolean has(JsonNode object, List<String> path) {
    JsonNode node = object;
    for (String step : path) {
      String text = step.substring(2);
      node = step.startsWith("f:") ? node.path(text) : node.path(indexOf(node, parse(text)));
    }
    return !node.isMissingNode();
  }

  private static int indexOf(JsonNode list, JsonNode key) {
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      if (key.propertyStream().allMatch(part -> part.getValue().equals(item.get(part.getKey())))) {
        return i;
      }
    }
    return -1;
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
