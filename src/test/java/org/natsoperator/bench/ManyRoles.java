package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.natsoperator.api.NatsServiceRole;

/**
 * A growing number of roles of one cluster, evenly in its own namespace and in five others. They
 * are deleted with their namespaces.
 */
final class ManyRoles implements AutoCloseable {

  static final List<String> OTHER_NAMESPACES =
      IntStream.rangeClosed(1, 5).mapToObj(i -> BenchCluster.NAMESPACE + "-" + i).toList();

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private final KubernetesClient client;
  private final List<String> namespaces = new ArrayList<>(OTHER_NAMESPACES);
  private int created;

  /**
   * @param present the number of roles that the cluster has already
   */
  ManyRoles(BenchCluster cluster, int present) {
    client = cluster.client();
    created = present;
    OTHER_NAMESPACES.forEach(name -> Manifest.namespace(name).applyTo(client));
    namespaces.add(BenchCluster.NAMESPACE);
  }

  /** Adds roles up to this number and waits until all are in force. */
  void growTo(int count) throws Exception {
    List<Tasks.Task> tasks = new ArrayList<>();
    for (; created < count; created++) {
      Manifest role =
          Manifest.roleWithAccount(
                  namespaces.get(created % namespaces.size()),
                  "many-" + created,
                  BenchCluster.NAME,
                  "greetings",
                  "subject." + created)
              .ofClusterIn(BenchCluster.NAMESPACE);
      tasks.add(() -> role.applyTo(client));
    }
    Tasks.all(tasks);
    await().atMost(TIMEOUT).pollInterval(Duration.ofSeconds(1)).until(() -> inForce() >= count);
  }

  private long inForce() {
    return client.resources(NatsServiceRole.class).inAnyNamespace().list().getItems().stream()
        .filter(BenchCluster::inForce)
        .count();
  }

  @Override
  public void close() {
    OTHER_NAMESPACES.forEach(name -> client.namespaces().withName(name).delete());
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                OTHER_NAMESPACES.stream()
                    .allMatch(name -> client.namespaces().withName(name).get() == null));
  }
}
