package org.natsoperator.cluster.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
import java.util.Map;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.validation.FieldErrors;

/**
 * Limits the length of a whole spec. Each field may be long, but the operator keeps every spec in
 * memory.
 */
final class SpecLength {

  /** In characters of JSON. A long spec of a real cluster has some thousands. */
  static final int MAX = 128 << 10;

  private static final JsonMapper JSON = new JsonMapper();

  private SpecLength() {}

  /** Adds an error for the longest field. */
  static void check(FieldErrors errors, NatsClusterSpec spec) {
    Map<String, Integer> lengths = new HashMap<>();
    JSON.valueToTree(spec).properties().forEach(field -> measure("spec", field, lengths));
    int length = lengths.values().stream().mapToInt(Integer::intValue).sum();
    if (length > MAX) {
      var longest = lengths.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
      errors.add(
          longest.getKey(),
          "has %d of the %d characters of this spec, which may have %d; shorten it",
          longest.getValue(),
          length,
          MAX);
    }
  }

  private static void measure(
      String parent, Map.Entry<String, JsonNode> field, Map<String, Integer> lengths) {
    String path = parent + "." + field.getKey();
    if (path.equals("spec.pod")) {
      field.getValue().properties().forEach(part -> measure(path, part, lengths));
    } else {
      lengths.put(path, field.getValue().toString().length());
    }
  }
}
