package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.config.Hash;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/**
 * Identifies what a login depends on and what can be replaced without a new UID or generation: the
 * token of a Secret, the annotation with which a role or cluster requests new logins, and the
 * cluster that a role names.
 */
final class LoginVersions {

  private LoginVersions() {}

  /** Of a login with the token of a pod. */
  static List<String> ofPodToken(NatsServiceRole role, NatsCluster cluster) {
    return List.of(of(role), of(cluster));
  }

  /** Of a login with the token of a Secret. The token itself must not be readable. */
  static List<String> ofSecretToken(String token) {
    return List.of(Hash.shortOf(token));
  }

  static String of(NatsServiceRole role) {
    return of(role, role.reissue());
  }

  /** Of the cluster that a role names. */
  static String ofCluster(NatsServiceRole role) {
    ClusterReference named = ClusterReference.of(role);
    return ofCluster(role.getMetadata().getUid(), named.clusterNamespace(), named.name());
  }

  /** Of a role while it names this cluster. */
  static String ofCluster(String roleUid, NatsCluster named) {
    return ofCluster(roleUid, named.getMetadata().getNamespace(), named.getMetadata().getName());
  }

  private static String ofCluster(String roleUid, String namespace, String name) {
    return Hash.shortOf(roleUid + " " + namespace + "/" + name);
  }

  static String of(NatsCluster cluster) {
    return of(cluster, cluster.reissue());
  }

  /** Of the tokens with which clients may log in. */
  static List<String> of(Secret secret) {
    return Stream.concat(TokenSecret.tokenIn(secret).stream(), PreviousToken.in(secret).stream())
        .flatMap(token -> ofSecretToken(token).stream())
        .toList();
  }

  private static String of(HasMetadata object, Optional<String> request) {
    return Hash.shortOf(object.getMetadata().getUid() + " " + request.orElse(""));
  }
}
