package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.natsoperator.role.Problem;

/** A field of a tree that is of another type than its kind has there. */
final class Unreadable {

  private final StringBuilder path = new StringBuilder();
  private JsonNode parent;
  private JsonNode node;
  private Reference last;

  private Unreadable(ObjectNode tree) {
    node = tree;
  }

  /** Takes out of the tree what could not be read, so that the rest can. */
  static Problem takeOut(ObjectNode tree, JsonMappingException e) {
    Unreadable field = new Unreadable(tree);
    e.getPath().stream().takeWhile(field::descend).forEach(step -> {});
    if (field.last == null) {
      tree.removeAll();
    } else if (field.parent instanceof ArrayNode list) {
      list.setNull(field.last.getIndex());
    } else {
      ((ObjectNode) field.parent).remove(field.last.getFieldName());
    }
    return field.problem();
  }

  /** Whether the step led anywhere. */
  private boolean descend(Reference step) {
    boolean isIndex = step.getFieldName() == null;
    JsonNode next = isIndex ? node.path(step.getIndex()) : node.path(step.getFieldName());
    if (next.isMissingNode()) {
      return false;
    }
    path.append(isIndex ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
    parent = node;
    node = next;
    last = step;
    return true;
  }

  private Problem problem() {
    return new Problem(
        path.isEmpty() ? "spec" : path.substring(1),
        "a value of type %s does not belong here; see `kubectl explain`"
            .formatted(node.getNodeType().name().toLowerCase(Locale.ROOT)));
  }
}
