package org.natsoperator.admission.inject;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.validation.FieldError;

/**
 * The options that a client pod sets by label and annotations.
 *
 * @param clusters the label's first
 * @param folderEach whether each token is in a folder with its cluster's name
 * @param fsGroup group that may read its volumes
 * @param errors if not empty, ignore the other options
 */
record InjectionOptions(
    List<ClusterReference> clusters,
    boolean folderEach,
    ContainerSelection containers,
    Optional<TokenExpiration> lifetime,
    boolean env,
    OptionalLong fsGroup,
    List<FieldError> errors) {

  static InjectionOptions of(PodView pod, String namespace) {
    return new InjectionOptionsParser(pod).read(namespace);
  }

  TokenExpiration tokenLifetime(ResolvedCluster cluster) {
    return lifetime.map(TokenExpiration::clamped).orElse(cluster.lifetime());
  }

  /** Mount path for the token of a cluster. */
  String folder(ResolvedCluster cluster) {
    return folderEach ? MountPath.TOKENS + "/" + cluster.name() : MountPath.TOKENS;
  }

  /** Name of a new volume for the token of a cluster. */
  String volume(ResolvedCluster cluster) {
    return folderEach ? "nats-token-" + cluster.name() : "nats-token";
  }
}
