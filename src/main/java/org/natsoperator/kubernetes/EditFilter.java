package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * Passes updates of the spec, the labels and the annotations of an object. An edit of labels or
 * annotations does not change the generation.
 */
public final class EditFilter implements OnUpdateFilter<HasMetadata> {

  @Override
  public boolean accept(HasMetadata fresh, HasMetadata old) {
    ObjectMeta now = fresh.getMetadata();
    ObjectMeta before = old.getMetadata();
    return !Objects.equals(now.getUid(), before.getUid())
        || !Objects.equals(now.getGeneration(), before.getGeneration())
        || !Objects.equals(now.getLabels(), before.getLabels())
        || !Objects.equals(now.getAnnotations(), before.getAnnotations());
  }

  /** Hash of everything that an edit changes. */
  public static int hash(HasMetadata object) {
    ObjectMeta meta = object.getMetadata();
    return Objects.hash(meta.getGeneration(), meta.getLabels(), meta.getAnnotations());
  }
}
