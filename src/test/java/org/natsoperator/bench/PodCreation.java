package org.natsoperator.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the time that the webhook adds to the creation of a pod. The creations are dry runs, so
 * that nothing else makes a difference.
 */
final class PodCreation {

  /**
   * The client runs on Java too. Before its warm-up it takes CPU time from the measured processes.
   */
  private static final int WARM_UP = 300;

  private static final int PODS = 300;

  private PodCreation() {}

  static String measure(BenchCluster cluster) {
    List<Long> plain = new ArrayList<>();
    List<Long> injected = new ArrayList<>();
    // Alternate, so that both run under the same load.
    for (int i = 0; i < WARM_UP + PODS; i++) {
      long without = nanos(cluster.client(), pod(i, false));
      long with = nanos(cluster.client(), pod(i, true));
      if (i >= WARM_UP) {
        plain.add(without);
        injected.add(with);
      }
    }
    double added = (median(injected) - median(plain)) / 1e6;
    String row =
        "| added to the creation of a pod through the API server | median %.2f ms (%.2f ms without), of %d |"
            .formatted(added, median(plain) / 1e6, PODS);
    System.out.println(row);
    return row;
  }

  private static long nanos(KubernetesClient client, Pod pod) {
    long start = System.nanoTime();
    Pod created = client.resource(pod).dryRun().create();
    long nanos = System.nanoTime() - start;
    boolean labeled = pod.getMetadata().getLabels().containsKey("nats_cluster");
    boolean injected =
        created.getSpec().getContainers().getFirst().getEnv().stream()
            .anyMatch(variable -> variable.getName().equals("NATS_URL"));
    if (labeled != injected) {
      throw new IllegalStateException("labeled: " + labeled + ", injected: " + injected);
    }
    return nanos;
  }

  private static Pod pod(int number, boolean labeled) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("pod-" + number)
        .withNamespace(BenchCluster.NAMESPACE)
        .addToLabels(labeled ? "nats_cluster" : "other", BenchCluster.NAME)
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName("user")
        .addNewContainer()
        .withName("app")
        .withImage("app")
        .endContainer()
        .endSpec()
        .build();
  }

  private static double median(List<Long> nanos) {
    return nanos.stream().sorted().toList().get(nanos.size() / 2);
  }
}
