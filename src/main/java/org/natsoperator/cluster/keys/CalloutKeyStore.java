package org.natsoperator.cluster.keys;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.nkey.NkeyCodec;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.stereotype.Component;

/**
 * The keys of each cluster's auth callout, in a Secret of the operator's namespace that is named
 * after the cluster's UID. They are separate from the cluster's other keys, since they can be
 * replaced by a rollout of the servers.
 */
@Component
public class CalloutKeyStore {

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, CalloutSeeds> seeds = new ConcurrentHashMap<>();

  CalloutKeyStore(KubernetesClient client, OperatorProperties properties) {
    this.client = client;
    this.namespace = properties.namespace();
  }

  /**
   * The keys of a cluster; the first call for a cluster generates them.
   *
   * @throws IllegalStateException if the Secret has other content
   */
  public CalloutSeeds keysFor(NatsCluster cluster) {
    String uid = cluster.getMetadata().getUid();
    CalloutSeeds cached = seeds.get(uid);
    if (cached != null) {
      return cached;
    }
    CalloutSeeds keys = keysIn(read(uid).orElseGet(() -> create(cluster)));
    seeds.put(uid, keys);
    return keys;
  }

  /** The keys of a cluster, if the Secret exists and contains these public keys. */
  public Optional<CalloutSeeds> find(NatsCluster cluster) {
    String uid = cluster.getMetadata().getUid();
    CalloutSeeds cached = seeds.get(uid);
    if (cached != null) {
      return Optional.of(cached);
    }
    Optional<CalloutSeeds> keys = read(uid).flatMap(CalloutKeySecret::keysIn);
    keys.ifPresent(read -> seeds.put(uid, read));
    return keys;
  }

  /**
   * Deletes the keys of a deleted cluster. The Secret is deleted first: otherwise a concurrent call
   * could cache it again.
   *
   * @return whether there were any
   */
  boolean forget(String clusterUid) {
    var secret =
        client.secrets().inNamespace(namespace).withName(CalloutKeySecret.name(clusterUid));
    boolean deleted = !secret.delete().isEmpty();
    seeds.remove(clusterUid);
    return deleted;
  }

  private CalloutSeeds keysIn(Secret secret) {
    return CalloutKeySecret.keysIn(secret)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    ("Secret %s/%s does not contain the keys of an auth callout; restore or delete"
                            + " it")
                        .formatted(namespace, secret.getMetadata().getName())));
  }

  private Optional<Secret> read(String clusterUid) {
    return Optional.ofNullable(
        client.secrets().inNamespace(namespace).withName(CalloutKeySecret.name(clusterUid)).get());
  }

  private Secret create(NatsCluster cluster) {
    String issuer = NkeyCodec.seed(NkeyType.ACCOUNT, newKey());
    String xkey = NkeyCodec.seed(NkeyType.CURVE, newKey());
    try {
      return client.resource(CalloutKeySecret.of(namespace, cluster, issuer, xkey)).create();
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return read(cluster.getMetadata().getUid()).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private byte[] newKey() {
    byte[] key = new byte[NkeyCodec.KEY_BYTES];
    random.nextBytes(key);
    return key;
  }
}
