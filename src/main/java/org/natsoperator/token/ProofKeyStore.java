package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.leader.Leadership;
import org.natsoperator.settings.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The key for proofs, in a Secret of the operator's namespace. The operator creates it once. If the
 * Secret is lost, the next leader creates another key and proves tokens by their signature again.
 */
@Component
class ProofKeyStore {

  private static final Logger LOG = LoggerFactory.getLogger(ProofKeyStore.class);

  /** Name of the Secret; one for each operator. */
  static final String SECRET = "nats-operator-token-proofs";

  static final String KEY = "hmac.key";

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random = new SecureRandom();

  /** The key, or the requests for it that are under way; null before the first call. */
  private final AtomicReference<CompletableFuture<ProofKey>> current = new AtomicReference<>();

  ProofKeyStore(KubernetesClient client, OperatorProperties properties, Leadership leadership) {
    this.client = client;
    this.namespace = properties.namespace();
    leadership.whenEnded(this::forget);
  }

  /**
   * The key; the first call reads or generates it. Concurrent calls share its requests and their
   * failure: while the API server does not respond, each call waits for one timeout at most.
   */
  ProofKey key() {
    CompletableFuture<ProofKey> own = new CompletableFuture<>();
    CompletableFuture<ProofKey> other = current.compareAndExchange(null, own);
    if (other != null) {
      return get(other);
    }
    try {
      own.complete(readOrCreate());
    } catch (RuntimeException | Error e) {
      // The next call tries again.
      current.compareAndSet(own, null);
      own.completeExceptionally(e);
    }
    return get(own);
  }

  private static ProofKey get(CompletableFuture<ProofKey> key) {
    try {
      return key.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Another leader may create another key after a term of this replica. */
  private void forget() {
    current.set(null);
  }

  private ProofKey readOrCreate() {
    Optional<Secret> found = Optional.ofNullable(secret().get());
    return found.flatMap(ProofKeyStore::keyIn).orElseGet(() -> replace(found));
  }

  private ProofKey replace(Optional<Secret> invalid) {
    invalid.ifPresent(
        secret -> {
          LOG.atWarn()
              .addKeyValue("secret", namespace + "/" + SECRET)
              .log("Replacing a Secret without a valid key; tokens are verified again");
          client.resource(secret).lockResourceVersion().delete();
        });
    try {
      Secret created = client.resource(secretWith(newKey())).create();
      return keyIn(created).orElseThrow();
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return Optional.ofNullable(secret().get())
            .flatMap(ProofKeyStore::keyIn)
            .orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private Secret secretWith(byte[] bytes) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(SECRET)
        .withNamespace(namespace)
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .addToData(KEY, Base64.getEncoder().encodeToString(bytes))
        .build();
  }

  private byte[] newKey() {
    byte[] bytes = new byte[ProofKey.BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private Resource<Secret> secret() {
    return client.secrets().inNamespace(namespace).withName(SECRET);
  }

  private static Optional<ProofKey> keyIn(Secret secret) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(KEY))
        .map(encoded -> Base64.getDecoder().decode(encoded))
        .filter(bytes -> bytes.length == ProofKey.BYTES)
        .map(ProofKey::new);
  }
}
