package org.natsoperator.admission.validate;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.validation.FieldError;

/**
 * The objects that a role needs. An object counts as missing only if the API server reported that
 * it does not exist.
 *
 * @param cluster the cluster that the role names, in the namespace that it names or in its own
 * @param lacksCluster whether that cluster is missing
 * @param lacksAccount whether the ServiceAccount with the role's name is missing
 */
public record RoleDependencies(
    Optional<NatsCluster> cluster, boolean lacksCluster, boolean lacksAccount) {

  public static final RoleDependencies UNKNOWN =
      new RoleDependencies(Optional.empty(), false, false);

  private static final String CLUSTER = "metadata.labels." + NatsApi.CLUSTER_LABEL;

  /** Reads them without a cache: users often apply them together with the role. */
  static RoleDependencies read(NatsServiceRole role, UncachedReader reader) {
    ClusterReference reference = ClusterReference.of(role);
    var account = reader.get(ServiceAccount.class, reference.from(), role.getMetadata().getName());
    var cluster =
        role.clusterName()
            .filter(name -> !name.isEmpty())
            .flatMap(name -> reader.get(NatsCluster.class, reference.clusterNamespace(), name));
    return new RoleDependencies(
        cluster.flatMap(Function.identity()),
        cluster.filter(Optional::isEmpty).isPresent(),
        account.filter(Optional::isEmpty).isPresent());
  }

  /** Warnings about dependencies that do not exist yet or do not admit the role. */
  List<FieldError> awaitedBy(NatsServiceRole role) {
    List<FieldError> missingDependencies = new ArrayList<>();
    if (lacksCluster) {
      missingDependencies.add(
          new FieldError(
              CLUSTER,
              "not found in namespace %s; create it, or set %s"
                  .formatted(
                      ClusterReference.of(role).clusterNamespace(),
                      NatsApi.CLUSTER_NAMESPACE_ANNOTATION)));
    }
    cluster
        .flatMap(found -> objection(role, found))
        .ifPresent(objection -> missingDependencies.add(new FieldError(CLUSTER, objection)));
    limitsWithoutEffect(role).ifPresent(missingDependencies::add);
    if (lacksAccount) {
      missingDependencies.add(
          new FieldError(
              "metadata.name",
              "ServiceAccount %s does not exist; create it"
                  .formatted(role.getMetadata().getName())));
    }
    return missingDependencies;
  }

  private Optional<FieldError> limitsWithoutEffect(NatsServiceRole role) {
    return cluster
        .filter(found -> !role.getSpec().limits().equals(RoleLimits.NONE))
        .filter(found -> !found.getSpec().auth().usesProjectedTokens())
        .map(
            found ->
                new FieldError(
                    "spec.limits",
                    "has no effect: the cluster does not use projected tokens; remove it"));
  }

  private static Optional<String> objection(NatsServiceRole role, NatsCluster cluster) {
    if (!ClusterResolution.admits(cluster, role.getMetadata().getNamespace())) {
      return Optional.of(
          "the cluster's spec.auth.allowedNamespaces does not list this namespace; add it");
    }
    return cluster.getSpec().auth().enableServiceAccounts()
        ? Optional.empty()
        : Optional.of("the cluster's spec.auth.enableServiceAccounts is not true; set it");
  }
}
