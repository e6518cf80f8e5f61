package org.natsoperator.cluster.keys;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.leader.Leadership;
import org.natsoperator.nkey.NkeyCodec;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.settings.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The keys of each cluster's auth callout, in a Secret of the operator's namespace that is named
 * after the cluster's UID. They are separate from the cluster's other keys, since they can be
 * replaced by a rollout of the servers.
 */
@Component
public class CalloutKeyStore {

  private static final Logger LOG = LoggerFactory.getLogger(CalloutKeyStore.class);

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, CalloutSeeds> seeds = new ConcurrentHashMap<>();

  /** The requests for new keys that this replica fulfilled as the leader, by the cluster's UID. */
  private final Map<String, String> renewed = new ConcurrentHashMap<>();

  CalloutKeyStore(KubernetesClient client, OperatorProperties properties, Leadership leadership) {
    this.client = client;
    this.namespace = properties.namespace();
    leadership.whenEnded(seeds::clear);
    leadership.whenEnded(renewed::clear);
  }

  /**
   * The public keys of a cluster; empty if the Secret was deleted or has other content. The first
   * call for a cluster, and the first one for each request for new keys, generates them. Only the
   * leader calls this.
   */
  public Optional<CalloutKeys> publicKeys(NatsCluster cluster) {
    Optional<String> request = cluster.pendingKeyRenewal();
    Optional<CalloutSeeds> keys =
        request.isPresent() ? Optional.of(renewed(cluster, request.get())) : existing(cluster);
    return keys.map(CalloutSeeds::publicKeys);
  }

  /** The keys of a cluster, if the Secret exists and contains those that its status records. */
  public Optional<CalloutSeeds> find(NatsCluster cluster) {
    return cached(cluster)
        .or(
            () ->
                read(uid(cluster))
                    .flatMap(CalloutKeySecret::keysIn)
                    .filter(keys -> isRecorded(cluster, keys))
                    .map(keys -> remember(cluster, keys)));
  }

  private Optional<CalloutSeeds> existing(NatsCluster cluster) {
    return cached(cluster)
        .or(
            () ->
                read(uid(cluster))
                    .or(() -> hasRecorded(cluster) ? Optional.empty() : created(cluster))
                    .flatMap(CalloutKeySecret::keysIn)
                    .map(keys -> remember(cluster, keys)));
  }

  private Optional<CalloutSeeds> cached(NatsCluster cluster) {
    return Optional.ofNullable(seeds.get(uid(cluster))).filter(keys -> isRecorded(cluster, keys));
  }

  /** The status records the request later; until then, these keys must stay. */
  private CalloutSeeds renewed(NatsCluster cluster, String request) {
    String uid = uid(cluster);
    CalloutSeeds cached = seeds.get(uid);
    if (cached != null && request.equals(renewed.get(uid))) {
      return cached;
    }
    Optional<Secret> before = read(uid);
    Map<String, String> previous =
        before
            .map(secret -> CalloutKeySecret.previous(secret, keys -> isRecorded(cluster, keys)))
            .orElse(Map.of());
    before.ifPresent(secret -> client.resource(secret).delete());
    Secret secret = client.resource(newSecret(cluster, previous)).create();
    CalloutSeeds keys = CalloutKeySecret.keysIn(secret).orElseThrow();
    seeds.put(uid, keys);
    renewed.put(uid, request);
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .log("Created new keys for the auth callout");
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
    renewed.remove(clusterUid);
    return deleted;
  }

  private CalloutSeeds remember(NatsCluster cluster, CalloutSeeds keys) {
    seeds.put(uid(cluster), keys);
    return keys;
  }

  private static boolean hasRecorded(NatsCluster cluster) {
    return cluster.getStatus() != null && cluster.getStatus().calloutKeys() != null;
  }

  private static boolean isRecorded(NatsCluster cluster, CalloutSeeds keys) {
    return cluster.recordsCalloutKeys(keys.publicKeys());
  }

  private Optional<Secret> read(String clusterUid) {
    return Optional.ofNullable(
        client.secrets().inNamespace(namespace).withName(CalloutKeySecret.name(clusterUid)).get());
  }

  private Optional<Secret> created(NatsCluster cluster) {
    try {
      return Optional.of(client.resource(newSecret(cluster, Map.of())).create());
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return read(uid(cluster));
      }
      throw e;
    }
  }

  private Secret newSecret(NatsCluster cluster, Map<String, String> previous) {
    String issuer = NkeyCodec.seed(NkeyType.ACCOUNT, newKey());
    String xkey = NkeyCodec.seed(NkeyType.CURVE, newKey());
    return CalloutKeySecret.of(namespace, cluster, issuer, xkey, previous);
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }

  private byte[] newKey() {
    byte[] key = new byte[NkeyCodec.KEY_BYTES];
    random.nextBytes(key);
    return key;
  }
}
