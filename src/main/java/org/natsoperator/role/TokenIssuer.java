package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.springframework.stereotype.Component;

/**
 * Issues a token and keeps it in its Secret. Every write is a create or carries the version it is based on, so that two
 * operators by mistake cannot overwrite each other's token.
 */
@Component
class TokenIssuer {

  /** What is asked for; an API server may give less, which NATS does not notice. */
  private static final Duration LIFETIME = Duration.ofDays(365);

  private final KubernetesClient client;

  TokenIssuer(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes a fresh token into the role's Secret.
   *
   * @return false if a Secret of that name exists that is not ours: it is left alone
   * @throws KubernetesClientException if the API server refuses or does not answer
   */
  boolean issue(ObservedRole observed) {
    Optional<Secret> reusable = observed.tokenSecret().filter(TokenSecret::writable);
    if (reusable.isEmpty()) {
      observed.tokenSecret().ifPresent(this::delete);
    }
    Optional<Secret> secret = reusable.or(() -> create(observed));
    secret.ifPresent(found -> write(observed, found));
    return secret.isPresent();
  }

  /** Deletes this very Secret, not a later one of its name. */
  void delete(Secret secret) {
    client.resource(secret).lockResourceVersion().delete();
  }

  private Optional<Secret> create(ObservedRole observed) {
    try {
      Secret empty = TokenSecret.empty(observed.role(), observed.cluster().orElseThrow());
      return Optional.of(client.resource(empty).create());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void write(ObservedRole observed, Secret secret) {
    NatsCluster cluster = observed.cluster().orElseThrow();
    String token = request(observed.identity(), Claims.audience(cluster), secret);
    String encoded = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    Secret full =
        new SecretBuilder(TokenSecret.empty(observed.role(), cluster))
            .editMetadata()
            .withUid(secret.getMetadata().getUid())
            .withResourceVersion(secret.getMetadata().getResourceVersion())
            .endMetadata()
            .addToData(TokenSecret.KEY, encoded)
            .build();
    client.resource(full).lockResourceVersion().update();
  }

  private String request(Identity identity, String audience, Secret secret) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audience)
            .withExpirationSeconds(LIFETIME.toSeconds())
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Secret")
            .withName(secret.getMetadata().getName())
            .withUid(secret.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    return client
        .serviceAccounts()
        .inNamespace(identity.namespace())
        .withName(identity.serviceAccount())
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }
}
