package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Writes the status of StatefulSets, in place of the controller that the API server lacks. */
public final class StatefulSetController {

  private StatefulSetController() {}

  /**
   * Sets the status of the StatefulSet as if its controller had observed the newest template and
   * given it this revision.
   */
  public static void see(StatefulSet set, String revision, KubernetesClient client) {
    seeExactly(client.resource(set).get(), revision, client);
  }

  /** The same for the template of this version of the StatefulSet. */
  public static void seeExactly(StatefulSet set, String revision, KubernetesClient client) {
    // Without a resourceVersion: the operator may change the StatefulSet at the same time.
    client
        .resource(set)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {"updateRevision": "%s", "observedGeneration": %d}}
            """
                .formatted(revision, set.getMetadata().getGeneration()));
  }
}
