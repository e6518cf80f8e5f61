package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.natsoperator.api.NatsApi;

/**
 * Removes the metadata that other clients have added to an object of a cluster, such as its
 * Service. Any user who can edit the object can add 256 KiB.
 */
public final class PrunedChild {

  /**
   * An older form of {@code spec.loadBalancerSourceRanges} of a Service. It is the only annotation
   * of other clients that the operator looks for.
   */
  public static final String SOURCE_RANGES =
      "service.beta.kubernetes.io/load-balancer-source-ranges";

  /** In characters. The CRD admits no longer annotation of a Service. */
  private static final int LONGEST_RANGES = 1_024;

  private static final String METADATA = "f:metadata";
  private static final String LABELS = "f:labels";
  private static final String ANNOTATIONS = "f:annotations";

  private PrunedChild() {}

  /** Keeps the labels and annotations that the operator has applied or looks for. */
  public static void prune(HasMetadata child) {
    ObjectMeta meta = child.getMetadata();
    meta.setFinalizers(null);
    meta.setOwnerReferences(PrunedFields.owners(meta));
    Map<String, Object> applied =
        meta.getManagedFields().stream()
            .filter(PrunedChild::isOwn)
            .findFirst()
            .map(entry -> map(fields(entry).get(METADATA)))
            .orElse(Map.of());
    retain(meta.getLabels(), applied.get(LABELS), Set.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL));
    retain(meta.getAnnotations(), applied.get(ANNOTATIONS), Set.of(SOURCE_RANGES));
    if (meta.getAnnotations() != null) {
      meta.getAnnotations().computeIfPresent(SOURCE_RANGES, (name, ranges) -> cut(ranges));
    }
    meta.getManagedFields().stream().filter(entry -> !isOwn(entry)).forEach(PrunedChild::prune);
  }

  private static void retain(Map<String, String> entries, Object applied, Set<String> others) {
    if (entries != null) {
      entries
          .keySet()
          .removeIf(name -> !map(applied).containsKey("f:" + name) && !others.contains(name));
    }
  }

  private static void prune(ManagedFieldsEntry other) {
    Map<String, Object> metadata = map(fields(other).get(METADATA));
    metadata.keySet().retainAll(Set.of(ANNOTATIONS));
    map(metadata.get(ANNOTATIONS)).keySet().retainAll(Set.of("f:" + SOURCE_RANGES));
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST_RANGES));
  }

  private static boolean isOwn(ManagedFieldsEntry entry) {
    return NatsApi.FIELD_MANAGER.equals(entry.getManager())
        && "Apply".equals(entry.getOperation())
        && entry.getSubresource() == null;
  }

  private static Map<String, Object> fields(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() == null
        ? new HashMap<>()
        : entry.getFieldsV1().getAdditionalProperties();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object fields) {
    return fields instanceof Map<?, ?> map ? (Map<String, Object>) map : new HashMap<>();
  }
}
