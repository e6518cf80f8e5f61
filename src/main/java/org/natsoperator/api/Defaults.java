package org.natsoperator.api;

import io.fabric8.kubernetes.api.model.Condition;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Values for fields that a manifest omits, or sets to null where an older CRD permits null. */
final class Defaults {

  private Defaults() {}

  /** Returns the record for an empty JSON object: each component is null or its default. */
  static <T extends Record> T of(Class<T> type) {
    try {
      Constructor<?> canonical = type.getDeclaredConstructors()[0];
      return type.cast(canonical.newInstance(new Object[canonical.getParameterCount()]));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static String orDefault(String value, String fallback) {
    return value == null || value.isEmpty() ? fallback : value;
  }

  static <T> List<T> withoutNulls(List<T> list) {
    return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
  }

  /** The conditions with all texts. A patch of the status may write others; they are ignored. */
  static List<Condition> complete(List<Condition> conditions) {
    return withoutNulls(conditions).stream()
        .filter(
            condition ->
                condition.getType() != null
                    && condition.getStatus() != null
                    && condition.getReason() != null
                    && condition.getMessage() != null)
        .toList();
  }

  static Map<String, String> withoutNulls(Map<String, String> map) {
    return map == null
        ? Map.of()
        : map.entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
