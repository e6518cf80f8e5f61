package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;

/** Requests for the client pods of the watched namespaces. */
public final class ClientPodLists {

  private ClientPodLists() {}

  /**
   * One request for each namespace, which the caller can restrict further.
   *
   * @param namespaces empty means all
   */
  public static Stream<FilterWatchListDeletable<Pod, PodList, PodResource>> of(
      KubernetesClient client, Set<String> namespaces) {
    return (namespaces.isEmpty()
            ? Stream.of(client.pods().inAnyNamespace())
            : namespaces.stream().map(client.pods()::inNamespace))
        .map(
            pods ->
                pods.withLabel(NatsApi.CLUSTER_LABEL).withoutLabel(NatsApi.APP_LABEL, NatsApi.APP));
  }
}
