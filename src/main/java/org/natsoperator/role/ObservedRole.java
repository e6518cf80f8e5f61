package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Collection;
import java.util.Optional;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterIndex;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.access.Lookup;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.lookup.SharedInformers;

/**
 * All that is known about a role when it is decided what it means.
 *
 * @param choice the cluster that the role is for
 * @param serviceAccount the ServiceAccount of the role's name and namespace, if it exists
 * @param namesake for a role of another namespace than its cluster's: the ServiceAccount there
 *     whose name is that of the role's user, if it exists
 * @param tokenSecret the Secret of that name that carries our labels, if it exists
 */
public record ObservedRole(
    NatsServiceRole role,
    ClusterResolution choice,
    Optional<ServiceAccount> serviceAccount,
    Optional<ServiceAccount> namesake,
    Optional<Secret> tokenSecret) {

  /** Looks up what belongs to a role in the shared caches. */
  public static ObservedRole of(NatsServiceRole role, SharedInformers informers) {
    return of(
        role,
        ClusterIndex.of(
            role,
            key -> informers.clusters().byIndex(SharedInformers.BY_CANDIDATE_KEY, key),
            informers.clusters()),
        informers.serviceAccounts(),
        informers.secrets());
  }

  /**
   * Looks up what belongs to a role; {@code clusters} as {@link ClusterResolution#of} wants them.
   */
  public static ObservedRole of(
      NatsServiceRole role,
      Collection<NatsCluster> clusters,
      Lookup<ServiceAccount> accounts,
      Lookup<Secret> secrets) {
    Identity identity = Identity.of(role);
    ClusterResolution choice = ClusterResolution.of(role, clusters);
    Optional<NatsCluster> cluster = choice.found();
    return new ObservedRole(
        role,
        choice,
        accounts.find(identity.namespace(), identity.serviceAccount()),
        cluster
            .filter(chosen -> !identity.isAtHomeIn(chosen))
            .flatMap(
                chosen ->
                    accounts.find(chosen.getMetadata().getNamespace(), identity.userIn(chosen))),
        cluster.flatMap(
            chosen ->
                secrets.find(identity.namespace(), ClientNames.of(identity, chosen).secret())));
  }

  /** The cluster that the role is for, if there is one. */
  public Optional<NatsCluster> cluster() {
    return choice.found();
  }

  /** Whether the role is for this very cluster. */
  public boolean isFor(NatsCluster other) {
    return cluster()
        .filter(chosen -> chosen.getMetadata().getUid().equals(other.getMetadata().getUid()))
        .isPresent();
  }

  /** The identity that the role binds: never one of another namespace. */
  public Identity identity() {
    return Identity.of(role);
  }

  /** Name of the Secret with the role's token; there must be a cluster. */
  String secretName() {
    return client().secret();
  }

  /** The names of the role's identity on its cluster; there must be a cluster. */
  ClientNames client() {
    return ClientNames.of(identity(), cluster().orElseThrow());
  }

  /** Holds a token: never shown. */
  @Override
  public String toString() {
    return "ObservedRole[" + identity() + "]";
  }

  Grant grant() {
    var permissions = role.getSpec().permissions();
    return new Grant(
        identity(),
        identity().userIn(cluster().orElseThrow()),
        permissions.publish(),
        permissions.subscribe());
  }
}
