package org.natsoperator.api;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Removes the metadata that the operator does not use. Users can add labels and annotations of many
 * KiB to objects, which must not fill the heap of every replica.
 */
public final class PrunedMetadata {

  private static final Set<String> LABELS = Set.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL);
  private static final int MOST_ANNOTATIONS = 20;
  private static final int MOST_OWNERS = 10;

  /** In characters; no valid value is as long. */
  private static final int LONGEST_ANNOTATION = 1_024;

  private PrunedMetadata() {}

  /** Keeps the operator's own labels and annotations, and some owners. */
  public static ObjectMeta prune(ObjectMeta meta) {
    meta.setManagedFields(null);
    meta.setFinalizers(null);
    if (meta.getOwnerReferences() != null && meta.getOwnerReferences().size() > MOST_OWNERS) {
      meta.setOwnerReferences(List.copyOf(meta.getOwnerReferences().subList(0, MOST_OWNERS)));
    }
    pruneLabels(meta);
    pruneAnnotations(meta);
    return meta;
  }

  /** Keeps the operator's own labels. */
  public static void pruneLabels(ObjectMeta meta) {
    if (meta.getLabels() != null) {
      meta.getLabels().keySet().retainAll(LABELS);
    }
  }

  /**
   * Keeps the operator's own annotations. A value that is too long is cut, not removed: it must
   * stay invalid.
   */
  public static void pruneAnnotations(ObjectMeta meta) {
    if (meta.getAnnotations() != null) {
      Map<String, String> kept = new TreeMap<>();
      meta.getAnnotations().entrySet().stream()
          .filter(annotation -> annotation.getKey().startsWith(NatsApi.GROUP + "/"))
          .sorted(Map.Entry.comparingByKey())
          .limit(MOST_ANNOTATIONS)
          .forEach(annotation -> kept.put(annotation.getKey(), cut(annotation.getValue())));
      meta.setAnnotations(kept);
    }
  }

  private static String cut(String value) {
    return value == null || value.length() <= LONGEST_ANNOTATION
        ? value
        : value.substring(0, LONGEST_ANNOTATION);
  }
}
