package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.nats.client.NKey;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.kubernetes.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The keys of each cluster. They lie in a Secret of the operator's own namespace, named after the
 * cluster's UID: who may read a cluster's namespace must not become its system user.
 */
@Component
class OperatorKeys {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorKeys.class);

  private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);

  private static final int PASSWORD_BYTES = 24;
  private static final Pattern PASSWORD =
      Pattern.compile("[0-9a-f]{%d}".formatted(2 * PASSWORD_BYTES));

  private final KubernetesClient client;
  private final String namespace;
  private final Set<String> watchNamespaces;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("keys").factory());
  private volatile boolean sweeping;

  OperatorKeys(KubernetesClient client, OperatorProperties properties) {
    this.client = client;
    this.namespace = properties.namespace();
    this.watchNamespaces = properties.watchNamespaces();
  }

  /** The operator's key pair for a cluster, made at the first call. */
  NKey nkey(NatsCluster cluster) {
    return NKey.fromSeed(KeySecret.seed(secret(cluster)).toCharArray());
  }

  /** What the servers of a cluster are told, made at the first call. */
  ClusterKeys told(NatsCluster cluster) {
    try {
      String operator = new String(nkey(cluster).getPublicKey());
      return new ClusterKeys(operator, KeySecret.routePassword(secret(cluster)));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an nkey that was read has a public key", e);
    }
  }

  /**
   * From now on deletes the keys of clusters that are gone: nothing of a cluster can own a Secret
   * in another namespace. Looks for those whose end went unnoticed too. Of clusters that we do not
   * look after we know nothing.
   *
   * @param known UIDs of clusters that are worth no question
   */
  void sweep(Supplier<Set<String>> known) {
    sweeping = true;
    sweeper.scheduleWithFixedDelay(
        () -> keepOnly(known), 0, BETWEEN_SWEEPS.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * A cluster is gone, as an informer tells: the SDK would tell it only after the next attempt of
   * what fails, as all does in a namespace that is being deleted.
   */
  void ended(NatsCluster cluster) {
    if (sweeping) {
      sweeper.execute(() -> unlessItFails(() -> forget(cluster.getMetadata().getUid())));
    }
  }

  private void keepOnly(Supplier<Set<String>> known) {
    unlessItFails(
        () -> {
          List<Secret> all =
              client.secrets().inNamespace(namespace).withLabel(KeySecret.LABEL).list().getItems();
          Set<String> uids = known.get();
          all.stream()
              .filter(secret -> !uids.contains(KeySecret.clusterUid(secret)))
              .filter(secret -> watched(KeySecret.clusterNamespace(secret)))
              .filter(secret -> !lives(secret))
              .map(KeySecret::clusterUid)
              .forEach(this::forgetUnnoticed);
        });
  }

  private void forgetUnnoticed(String clusterUid) {
    LOG.info("Deleting the keys of cluster {}, whose end went unnoticed", clusterUid);
    forget(clusterUid);
  }

  private void forget(String clusterUid) {
    secrets.remove(clusterUid);
    client.secrets().inNamespace(namespace).withName(KeySecret.name(clusterUid)).delete();
  }

  /** The next sweep does what fails now. */
  private static void unlessItFails(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("Keys of clusters that are gone stay for now: {}", e.getMessage());
    }
  }

  private boolean lives(Secret keys) {
    return client
        .resources(NatsCluster.class)
        .inNamespace(KeySecret.clusterNamespace(keys))
        .list()
        .getItems()
        .stream()
        .anyMatch(cluster -> cluster.getMetadata().getUid().equals(KeySecret.clusterUid(keys)));
  }

  private boolean watched(String clusterNamespace) {
    return watchNamespaces.isEmpty() || watchNamespaces.contains(clusterNamespace);
  }

  private Secret secret(NatsCluster cluster) {
    String uid = cluster.getMetadata().getUid();
    return secrets.computeIfAbsent(uid, key -> read(uid).orElseGet(() -> create(cluster)));
  }

  private Optional<Secret> read(String clusterUid) {
    return Optional.ofNullable(
        client.secrets().inNamespace(namespace).withName(KeySecret.name(clusterUid)).get());
  }

  private Secret create(NatsCluster cluster) {
    try {
      String routePassword = passwordOfServers(cluster).orElseGet(this::newPassword);
      return client.resource(KeySecret.of(namespace, cluster, newSeed(), routePassword)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return read(cluster.getMetadata().getUid()).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  /**
   * What the servers show each other already, where only the keys were lost or left behind: with
   * another password they would refuse every new server.
   */
  private Optional<String> passwordOfServers(NatsCluster cluster) {
    String config = ClusterNames.of(cluster).newestConfigSecret();
    String clusterNamespace = cluster.getMetadata().getNamespace();
    return Optional.ofNullable(
            client.secrets().inNamespace(clusterNamespace).withName(config).get())
        .filter(secret -> ChildMeta.ownedBy(secret, cluster))
        .flatMap(ConfigSecret::fileIn)
        .flatMap(ServerConfigFile::routePassword)
        .filter(password -> PASSWORD.matcher(password).matches());
  }

  private String newSeed() {
    try {
      return new String(NKey.createUser(random).getSeed());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot make an Ed25519 key", e);
    }
  }

  private String newPassword() {
    byte[] password = new byte[PASSWORD_BYTES];
    random.nextBytes(password);
    return HexFormat.of().formatHex(password);
  }
}
