package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/**
 * All that is known about a role when it is decided what it means.
 *
 * @param cluster the cluster that the role names, if it exists
 * @param serviceAccount the ServiceAccount of the role's name and namespace, if it exists
 * @param tokenSecret the Secret of that name that carries our labels, if it exists
 */
public record ObservedRole(
    NatsServiceRole role,
    Optional<NatsCluster> cluster,
    Optional<ServiceAccount> serviceAccount,
    Optional<Secret> tokenSecret) {

  /** The identity that the role binds: never one of another namespace. */
  public Identity identity() {
    return new Identity(role.getMetadata().getNamespace(), role.getMetadata().getName());
  }

  /** Name of the Secret with the role's token. */
  String secretName() {
    return TokenSecret.name(role.getMetadata().getName(), role.clusterName().orElseThrow());
  }

  /** Holds a token: never shown. */
  @Override
  public String toString() {
    return "ObservedRole[" + identity() + "]";
  }

  Grant grant() {
    var permissions = role.getSpec().permissions();
    return new Grant(
        identity(), role.getMetadata().getName(), permissions.publish(), permissions.subscribe());
  }
}
