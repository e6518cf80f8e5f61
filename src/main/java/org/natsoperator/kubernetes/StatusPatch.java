package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;

/** Writes a status by server-side apply. */
public final class StatusPatch {

  private StatusPatch() {}

  /**
   * Applies the status of a patch that names its object. An object that was deleted meanwhile needs
   * no status.
   *
   * @param patch an object without anything but name, namespace and status
   */
  public static <P extends CustomResource<?, ?>> void apply(P patch, Context<P> context) {
    ApiErrors.ignoreNotFound(
        () -> context.resourceOperations().serverSideApplyPrimaryStatus(patch));
  }

  /** Metadata that only names an object. */
  public static ObjectMeta nameOf(CustomResource<?, ?> object) {
    return new ObjectMetaBuilder()
        .withName(object.getMetadata().getName())
        .withNamespace(object.getMetadata().getNamespace())
        .build();
  }
}
