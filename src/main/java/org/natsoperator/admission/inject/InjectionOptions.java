package org.natsoperator.admission.inject;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.validation.FieldError;

/**
 * What a client pod asks for, by label and annotations.
 *
 * @param clusters that it wants to reach, the label's first
 * @param folderEach whether each token lies in a folder of its cluster's name
 * @param lifetime of its tokens, if it says so
 * @param env whether environment variables are wanted
 * @param fsGroup the group that may read its volumes, if it says so
 * @param errors mistakes; if there are any, nothing else counts
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

  /** The lifetime to ask for. */
  TokenExpiration tokenLifetime() {
    return lifetime.map(TokenExpiration::clamped).orElse(TokenExpiration.DEFAULT);
  }

  /** Where the token of a cluster is to lie. */
  String folder(ResolvedCluster cluster) {
    return folderEach ? MountPath.TOKENS + "/" + cluster.name() : MountPath.TOKENS;
  }

  /** What the volume with the token of a cluster is called. */
  String volume(ResolvedCluster cluster) {
    return folderEach ? "nats-token-" + cluster.name() : "nats-token";
  }
}
