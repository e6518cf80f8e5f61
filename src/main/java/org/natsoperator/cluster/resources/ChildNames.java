package org.natsoperator.cluster.resources;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.Ports;

/** Names of the objects of one cluster. */
public record ChildNames(String cluster, String namespace) {

  /** Short enough for an int. */
  private static final Pattern ORDINAL = Pattern.compile("\\d{1,9}");

  public static ChildNames of(NatsCluster cluster) {
    return new ChildNames(cluster.getMetadata().getName(), cluster.getMetadata().getNamespace());
  }

  /** Name of the StatefulSet. */
  public String statefulSet() {
    return cluster;
  }

  String clientService() {
    return cluster;
  }

  String managementService() {
    return cluster + "-mgmt";
  }

  String networkPolicy() {
    return cluster;
  }

  String disruptionBudget() {
    return cluster;
  }

  /** Secret that the servers of one revision mount. */
  public String configSecret(String revision) {
    return cluster + "-" + revision;
  }

  /** Secret for readers that expect the name of the Go operator; no server mounts it. */
  public String newestConfigSecret() {
    return cluster;
  }

  /** Whether a pod can be one of the cluster's servers: a number follows the cluster's name. */
  public boolean isServer(String pod) {
    return pod.startsWith(cluster + "-")
        && ORDINAL.matcher(pod.substring(cluster.length() + 1)).matches();
  }

  /** DNS name of the Service for clients. */
  public String clientHost() {
    return "%s.%s.svc".formatted(clientService(), namespace);
  }

  /** DNS name of the Service with all servers. */
  public String managementHost() {
    return "%s.%s.svc".formatted(managementService(), namespace);
  }

  /** DNS name of a server. */
  String host(String pod) {
    return pod + "." + managementHost();
  }

  /** Addresses of the route ports, {@code host:port}. */
  public List<String> routes(int size) {
    return IntStream.rangeClosed(1, size)
        .mapToObj(ordinal -> "%s:%d".formatted(host(cluster + "-" + ordinal), Ports.CLUSTER))
        .toList();
  }
}
