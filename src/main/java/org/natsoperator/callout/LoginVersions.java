package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.config.Hash;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/**
 * Identifies what a login depends on and what can be replaced without a new UID or generation: the
 * token of a Secret, and the annotation with which a role or cluster requests new logins.
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
