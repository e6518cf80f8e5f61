package org.natsoperator.admission;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.natsoperator.role.ClusterReference;
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
record PodWishes(
    List<ClusterReference> clusters,
    boolean folderEach,
    ContainerSelection containers,
    Optional<TokenLifetime> lifetime,
    boolean env,
    OptionalLong fsGroup,
    List<FieldError> errors) {

  static PodWishes of(PodTree pod, String namespace) {
    return new PodWishReader(pod).read(namespace);
  }

  /** The lifetime to ask for. */
  TokenLifetime tokenLifetime() {
    return lifetime.map(TokenLifetime::clamped).orElse(TokenLifetime.DEFAULT);
  }

  /** Where the token of a cluster is to lie. */
  String folder(ClientCluster cluster) {
    return folderEach ? ContainerPath.TOKENS + "/" + cluster.name() : ContainerPath.TOKENS;
  }

  /** What the volume with the token of a cluster is called. */
  String volume(ClientCluster cluster) {
    return folderEach ? "nats-token-" + cluster.name() : "nats-token";
  }
}
