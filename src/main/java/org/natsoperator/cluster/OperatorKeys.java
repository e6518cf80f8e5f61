package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.nats.client.NKey;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.Set;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.kubernetes.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The operator's nkey for each cluster. The seed lies in a Secret of the operator's own namespace, named after the
 * cluster's UID: who may read a cluster's namespace must not become its system user.
 */
@Component
class OperatorKeys {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorKeys.class);
  private static final String PREFIX = "nats-cluster-";
  private static final String SEED = "operator.nk";
  private static final String LABEL = "nats.io/cluster-keys";

  private final KubernetesClient client;
  private final String namespace;
  private final Map<String, NKey> keys = new ConcurrentHashMap<>();

  OperatorKeys(KubernetesClient client, OperatorProperties properties) {
    this.client = client;
    this.namespace = properties.namespace();
  }

  /** The key pair for a cluster, made at the first call. */
  NKey of(NatsCluster cluster) {
    return keys.computeIfAbsent(cluster.getMetadata().getUid(), this::readOrCreate);
  }

  /** The public key, {@code U…}: the only part that servers are told. */
  String publicKey(NatsCluster cluster) {
    try {
      return new String(of(cluster).getPublicKey());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an nkey that was read has a public key", e);
    }
  }

  /** Deletes the keys of a cluster that is gone. */
  void forget(String clusterUid) {
    keys.remove(clusterUid);
    client.secrets().inNamespace(namespace).withName(PREFIX + clusterUid).delete();
  }

  /** Deletes the keys of clusters that went while no operator ran. */
  void keepOnly(Set<String> clusterUids) {
    client.secrets().inNamespace(namespace).withLabel(LABEL).list().getItems().stream()
        .map(secret -> secret.getMetadata().getName().substring(PREFIX.length()))
        .filter(uid -> !clusterUids.contains(uid))
        .peek(uid -> LOG.info("Deleting the keys of cluster {}, which is gone", uid))
        .forEach(this::forget);
  }

  private NKey readOrCreate(String clusterUid) {
    return read(clusterUid).orElseGet(() -> create(clusterUid));
  }

  private Optional<NKey> read(String clusterUid) {
    Secret secret = client.secrets().inNamespace(namespace).withName(PREFIX + clusterUid).get();
    return Optional.ofNullable(secret)
        .map(found -> found.getData().get(SEED))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII))
        .map(seed -> NKey.fromSeed(seed.toCharArray()));
  }

  private NKey create(String clusterUid) {
    try {
      NKey key = NKey.createUser(null);
      client.resource(secret(clusterUid, new String(key.getSeed()))).create();
      return key;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return read(clusterUid).orElseThrow(() -> e);
      }
      throw e;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot make an Ed25519 key", e);
    }
  }

  private Secret secret(String clusterUid, String seed) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(PREFIX + clusterUid)
        .withNamespace(namespace)
        .addToLabels(LABEL, "true")
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .addToData(
            SEED, Base64.getEncoder().encodeToString(seed.getBytes(StandardCharsets.US_ASCII)))
        .build();
  }
}
