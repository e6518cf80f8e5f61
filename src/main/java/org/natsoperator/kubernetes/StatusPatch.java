package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes the status of one kind of object by server-side apply.
 *
 * @param empty creates an object of this kind
 * @param conditions reads the conditions of a status
 * @param withConditions returns a status with other conditions
 */
public record StatusPatch<P extends CustomResource<?, S>, S>(
    Supplier<P> empty,
    Function<S, List<Condition>> conditions,
    BiFunction<S, List<Condition>, S> withConditions) {

  /**
   * Dates the conditions of a status and applies it, unless the object has this status already. An
   * object that was deleted meanwhile is ignored.
   *
   * @return whether the status is different from before
   */
  public boolean apply(P object, S undated, Instant now, Context<P> context) {
    var meta = object.getMetadata();
    S status =
        withConditions.apply(
            undated,
            Conditions.dated(
                conditions.apply(undated), conditionsOf(object), meta.getGeneration(), now));
    if (status.equals(object.getStatus())) {
      return false;
    }
    P patch = empty.get();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(meta.getName())
            .withNamespace(meta.getNamespace())
            .build());
    patch.setStatus(status);
    ApiErrors.ignoreNotFound(
        () -> context.resourceOperations().serverSideApplyPrimaryStatus(patch));
    return true;
  }

  /** The conditions of an object; none without a status. */
  public List<Condition> conditionsOf(P object) {
    return object.getStatus() == null ? List.of() : conditions.apply(object.getStatus());
  }
}
