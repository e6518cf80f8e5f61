package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that lacks an object for which its function fails. Without it the informer would lose
 * the event of the object and never deliver it to the controllers.
 */
record SafeIndex<T extends HasMetadata>(Function<T, List<String>> keys)
    implements Function<T, List<String>> {

  private static final Logger LOG = LoggerFactory.getLogger(SafeIndex.class);

  static <T extends HasMetadata> Map<String, Function<T, List<String>>> all(
      Map<String, Function<T, List<String>>> indexes) {
    Map<String, Function<T, List<String>>> safe = new HashMap<>();
    indexes.forEach((name, keys) -> safe.put(name, new SafeIndex<>(keys)));
    return safe;
  }

  @Override
  public List<String> apply(T object) {
    try {
      return keys.apply(object);
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue(ObjectName.KEY, ObjectName.of(object))
          .setCause(e)
          .log("Indexing an object failed");
      return List.of();
    }
  }
}
