package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Optional;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.access.Lookup;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.token.ReissueRequests;
import org.natsoperator.token.TokenClaims;
import org.natsoperator.token.TokenOwners;

/**
 * The observed state of a role, input of all decisions.
 *
 * @param choice the cluster that the role is for
 * @param serviceAccount the ServiceAccount of the role's name and namespace, if it exists
 * @param namesake for a role of another namespace: the ServiceAccount in the cluster's namespace
 *     with the name of the role's user, if it exists
 * @param tokenSecret the Secret with the name of the role's token Secret and the operator's labels,
 *     if it exists
 */
public record ObservedRole(
    NatsServiceRole role,
    ClusterResolution choice,
    Optional<ServiceAccount> serviceAccount,
    Optional<ServiceAccount> namesake,
    Optional<Secret> tokenSecret) {

  /** Looks up the objects of a role in the shared caches. */
  public static ObservedRole of(NatsServiceRole role, SharedInformers informers) {
    ClusterReference reference = ClusterReference.of(role);
    return of(
        role,
        informers.clusters().find(reference.clusterNamespace(), reference.name()),
        informers.serviceAccounts(),
        informers.secrets());
  }

  /** Looks up the objects of a role, given the cluster for {@link ClusterResolution#of}. */
  public static ObservedRole of(
      NatsServiceRole role,
      Optional<NatsCluster> named,
      Lookup<ServiceAccount> accounts,
      Lookup<Secret> secrets) {
    Identity identity = Identity.of(role);
    ClusterResolution choice = ClusterResolution.of(ClusterReference.of(role), named);
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

  /** Whether new client pods of the cluster get tokens of their own instead of the Secret. */
  public boolean usesPodTokens() {
    return cluster().filter(NatsCluster::injectsProjectedTokens).isPresent();
  }

  /** The identity that the role binds, always of the role's own namespace. */
  public Identity identity() {
    return Identity.of(role);
  }

  /** UID of the role's cluster; there must be one. */
  String clusterUid() {
    return cluster().orElseThrow().getMetadata().getUid();
  }

  /** Name of the Secret with the role's token; there must be a cluster. */
  String secretName() {
    return client().secret();
  }

  /** Whether the role's Secret existed before, by its status; there must be a cluster. */
  boolean hadToken() {
    return role.getStatus() != null && secretName().equals(role.getStatus().tokenSecret());
  }

  /** The names of the role's identity on its cluster; there must be a cluster. */
  ClientNames client() {
    return ClientNames.of(identity(), cluster().orElseThrow());
  }

  /**
   * The claims that the token in the Secret must have; there must be a cluster and a
   * ServiceAccount.
   */
  TokenClaims expectedClaims(Secret secret) {
    return TokenClaims.expected(client(), serviceAccount.orElseThrow(), secret);
  }

  /** The owners that the token in the Secret must have, on the same terms. */
  TokenOwners tokenOwners(Secret secret) {
    return TokenOwners.of(serviceAccount.orElseThrow(), secret, role, cluster().orElseThrow());
  }

  /** The current requests for a new token; there must be a cluster. */
  public ReissueRequests reissueRequests() {
    return ReissueRequests.of(role, cluster().orElseThrow());
  }

  /** Contains a token; never log. */
  @Override
  public String toString() {
    return "ObservedRole[" + identity() + "]";
  }

  /** The permissions of the role; there must be a cluster. */
  public Grant grant() {
    return Grant.of(identity(), client().user(), role.getSpec().permissions());
  }
}
