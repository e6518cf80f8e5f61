package org.natsoperator.cluster.keys;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.nats.client.NKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.leader.Leadership;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.stereotype.Component;

/**
 * The keys of each cluster, in a Secret of the operator's namespace that is named after the
 * cluster's UID. Read access to a cluster's namespace must not give access to its system account.
 */
@Component
public class ClusterKeyStore {

  private static final int PASSWORD_BYTES = 24;
  private static final Pattern PASSWORD =
      Pattern.compile("[0-9a-f]{%d}".formatted(2 * PASSWORD_BYTES));

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Secret> secrets = new ConcurrentHashMap<>();

  ClusterKeyStore(KubernetesClient client, OperatorProperties properties, Leadership leadership) {
    this.client = client;
    this.namespace = properties.namespace();
    leadership.whenEnded(secrets::clear);
  }

  /**
   * The operator's key pair for a cluster; empty if it does not exist. Only {@link #keysFor}
   * generates it, together with the right password for routes.
   */
  public Optional<NKey> nkey(NatsCluster cluster) {
    return existing(cluster.getMetadata().getUid()).map(ClusterKeyStore::nkey);
  }

  /**
   * The keys in the servers' configuration; the first call for a cluster generates them.
   *
   * @param mounted the configuration Secrets that servers of the cluster mount
   */
  public ClusterKeys keysFor(NatsCluster cluster, List<Secret> mounted) {
    try {
      Secret keys = secret(cluster, mounted);
      String operator = new String(nkey(keys).getPublicKey());
      return new ClusterKeys(operator, KeySecret.routePassword(keys));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("failed to read the public key of an nkey", e);
    }
  }

  /**
   * Deletes the keys of a deleted cluster. The Secret is deleted first: otherwise a concurrent call
   * could cache it again.
   *
   * @return whether there were any
   */
  boolean forget(String clusterUid) {
    var keys = client.secrets().inNamespace(namespace).withName(KeySecret.name(clusterUid));
    boolean deleted = !keys.delete().isEmpty();
    secrets.remove(clusterUid);
    return deleted;
  }

  private static NKey nkey(Secret keys) {
    return NKey.fromSeed(KeySecret.seed(keys).toCharArray());
  }

  private Secret secret(NatsCluster cluster, List<Secret> mounted) {
    String uid = cluster.getMetadata().getUid();
    return existing(uid)
        .orElseGet(
            () -> {
              Secret created = create(cluster, mounted);
              secrets.put(uid, created);
              return created;
            });
  }

  /** No lock is held during the request: other clusters must not wait for it. */
  private Optional<Secret> existing(String clusterUid) {
    Optional<Secret> known = Optional.ofNullable(secrets.get(clusterUid));
    if (known.isPresent()) {
      return known;
    }
    Optional<Secret> found = read(clusterUid);
    found.ifPresent(secret -> secrets.put(clusterUid, secret));
    return found;
  }

  private Optional<Secret> read(String clusterUid) {
    return Optional.ofNullable(
        client.secrets().inNamespace(namespace).withName(KeySecret.name(clusterUid)).get());
  }

  private Secret create(NatsCluster cluster, List<Secret> mounted) {
    try {
      String routePassword = passwordIn(mounted, cluster).orElseGet(this::newPassword);
      return client.resource(KeySecret.of(namespace, cluster, newSeed(), routePassword)).create();
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return read(cluster.getMetadata().getUid()).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  /**
   * The route password that the servers already use, if only the keys are missing. With another
   * password they would reject every new server.
   */
  private static Optional<String> passwordIn(List<Secret> mounted, NatsCluster cluster) {
    return mounted.stream()
        .filter(secret -> ChildMetadata.ownedBy(secret, cluster))
        .flatMap(secret -> ConfigSecret.fileIn(secret).stream())
        .flatMap(file -> file.routePassword().stream())
        .filter(password -> PASSWORD.matcher(password).matches())
        .findFirst();
  }

  private String newSeed() {
    try {
      return new String(NKey.createUser(random).getSeed());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("failed to generate an Ed25519 key", e);
    }
  }

  private String newPassword() {
    byte[] password = new byte[PASSWORD_BYTES];
    random.nextBytes(password);
    return HexFormat.of().formatHex(password);
  }
}
