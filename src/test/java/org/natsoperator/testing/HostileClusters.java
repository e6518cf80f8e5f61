package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.natsoperator.api.ClusterReasons;

/** Clusters of an owner who chooses an image that misbehaves. */
public final class HostileClusters {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private HostileClusters() {}

  /**
   * Creates clusters with names such as {@code hostile-0}.
   *
   * @param spec of all clusters
   * @param pods creates the server pods of a StatefulSet
   */
  public static void create(
      Sandbox sandbox, String name, int number, String spec, Consumer<StatefulSet> pods) {
    List<String> names = names(name, number);
    names.forEach(cluster -> sandbox.apply(Manifests.cluster(cluster, spec)));
    names.parallelStream()
        .map(
            cluster ->
                await().atMost(TIMEOUT).until(() -> sandbox.statefulSet(cluster), Objects::nonNull))
        .forEach(pods);
  }

  /**
   * Waits until the operator has reported that the servers do not load their configuration. Until
   * then it has much more to do, since it creates all objects of the clusters.
   */
  public static void awaitRefusals(Sandbox sandbox, String name, int number) {
    for (String cluster : names(name, number)) {
      await(cluster)
          .atMost(TIMEOUT)
          .until(
              () ->
                  ClusterReasons.SERVER_REFUSES.equals(
                      sandbox.clusterCondition(cluster, "ConfigApplied").getReason()));
    }
  }

  private static List<String> names(String name, int number) {
    return IntStream.range(0, number).mapToObj(i -> name + "-" + i).toList();
  }
}
