package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** The name of an object in log lines: {@code Kind/namespace/name}. */
public final class ObjectName {

  /** Key of the name in a log line. */
  public static final String KEY = "object";

  private ObjectName() {}

  /** Returns {@code Kind/namespace/name}. */
  public static String of(HasMetadata object) {
    return "%s/%s/%s"
        .formatted(
            object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }
}
