package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.InOutCreateable;
import org.natsoperator.access.Identity;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.token.LoginToken;
import org.springframework.stereotype.Component;

/** Sends TokenReviews to the API server. */
@Component
class TokenReviewClient {

  private final KubernetesClient client;

  /** Kept, since the client searches for the class of the answer whenever it creates one. */
  private final InOutCreateable<TokenReview, TokenReview> reviews;

  TokenReviewClient(KubernetesClient client) {
    this.client = client;
    reviews = client.tokenReviews();
  }

  /**
   * Whether the API server confirms that the token is for the audience and has these claims.
   *
   * @throws KubernetesClientException if it does not answer
   */
  boolean confirms(String token, String audience, LoginToken claims) {
    return confirms(send(token, audience).getStatus(), audience, claims);
  }

  private TokenReview send(String token, String audience) {
    return reviews.create(
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(audience)
            .endSpec()
            .build());
  }

  /** An API server that ignores audiences would accept any pod's token. */
  private static boolean confirms(TokenReviewStatus status, String audience, LoginToken claims) {
    Identity identity = claims.identity();
    UserInfo user = status.getUser();
    return Boolean.TRUE.equals(status.getAuthenticated())
        && status.getAudiences().contains(audience)
        && user != null
        && claims.accountUid().equals(user.getUid())
        && "system:serviceaccount:%s:%s"
            .formatted(identity.namespace(), identity.serviceAccount())
            .equals(user.getUsername());
  }

  /** Whether the API server answers about a token, which it denies here. */
  boolean answersAboutTokens() {
    try {
      send("invalid", "nats-operator");
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  /** Whether the API server answers anything. */
  boolean isReachable() {
    try {
      client.raw("/livez");
      return true;
    } catch (KubernetesClientException e) {
      return ApiErrors.isForbidden(e);
    }
  }
}
