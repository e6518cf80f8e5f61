package org.natsoperator.access;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import org.natsoperator.api.NatsCluster;

/** A ServiceAccount, by namespace and name. */
public record Identity(String namespace, String serviceAccount) {

  /** The ServiceAccount with the namespace and name of an object. */
  public static Identity of(HasMetadata object) {
    return new Identity(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /**
   * The identities whose login may change when this ServiceAccount is created or deleted. One is
   * its own. The other is of another namespace and has a user with the ServiceAccount's name.
   */
  public static List<Identity> touchedBy(ServiceAccount account) {
    String name = account.getMetadata().getName();
    int dot = name.indexOf('.');
    return dot < 0
        ? List.of(of(account))
        : List.of(of(account), new Identity(name.substring(0, dot), name.substring(dot + 1)));
  }

  /**
   * Name of the NATS user on a cluster. A namespace has no dot, so users of other namespaces have
   * unique names. A ServiceAccount of the cluster's own namespace may have the same name.
   */
  public String userIn(NatsCluster cluster) {
    return userIn(cluster.getMetadata().getNamespace());
  }

  String userIn(String clusterNamespace) {
    return isAtHomeIn(clusterNamespace) ? serviceAccount : namespace + "." + serviceAccount;
  }

  /** Whether this is a ServiceAccount of the cluster's own namespace. */
  public boolean isAtHomeIn(NatsCluster cluster) {
    return isAtHomeIn(cluster.getMetadata().getNamespace());
  }

  boolean isAtHomeIn(String clusterNamespace) {
    return namespace.equals(clusterNamespace);
  }

  @Override
  public String toString() {
    return namespace + "/" + serviceAccount;
  }
}
