package org.natsoperator.api;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Takes nulls out of what a user wrote: where an older CRD is installed, the schema does not refuse
 * them.
 */
final class Nulls {

  private Nulls() {}

  static <T> List<T> none(List<T> list) {
    return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
  }

  static Map<String, String> none(Map<String, String> map) {
    return map == null
        ? Map.of()
        : map.entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
