package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.FailureLog;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.token.TokenSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * One informer per kind that several readers share; every replica runs them. The SDK runs the
 * informers of the primary resources and of objects that only the cluster controller applies. Its
 * event sources cannot serve two controllers.
 */
@Component
public class SharedInformers implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(SharedInformers.class);

  /**
   * Index by the key of a cluster, {@code <namespace>/<name>}: roles by the cluster that they name,
   * other kinds by their namespace and label.
   */
  public static final String BY_CLUSTER = "cluster";

  /** Index of token Secrets by the UID of their role. */
  public static final String BY_ROLE = "role";

  /** Index of roles and client pods by the token Secret, {@code <namespace>/<name>}. */
  public static final String BY_SECRET = "secret";

  /** Index of client pods by the audience of a token of their kubelet. */
  public static final String BY_AUDIENCE = "audience";

  private static final String OWN_LABELS =
      NatsApi.APP_LABEL + "=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;

  private static final String CLIENT_LABELS =
      NatsApi.APP_LABEL + "!=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;

  private final Set<String> namespaces;
  private final SharedInformer<NatsCluster> clusters;
  private final SharedInformer<NatsServiceRole> roles;
  private final SharedInformer<ServiceAccount> serviceAccounts;
  private final SharedInformer<Secret> secrets;
  private final SharedInformer<Pod> serverPods;
  private final SharedInformer<Pod> clientPods;
  private final AtomicBoolean clientPodsWatched = new AtomicBoolean();
  private volatile boolean running;

  /** Creates the informers; they start with the application. */
  public SharedInformers(KubernetesClient client, OperatorProperties properties) {
    namespaces = properties.watchNamespaces();
    clusters = informer(client.resources(NatsCluster.class), "", PrunedFields::cluster, Map.of());
    roles =
        informer(
            client.resources(NatsServiceRole.class),
            NatsApi.CLUSTER_LABEL,
            PrunedFields::role,
            Map.of(BY_CLUSTER, SharedInformers::namedClusters, BY_SECRET, ClientTokens::keyOfRole));
    serviceAccounts =
        informer(client.serviceAccounts(), "", PrunedFields::serviceAccount, Map.of());
    secrets = secrets(client);
    serverPods =
        informer(
            client.pods(),
            OWN_LABELS,
            PrunedServerPod::prune,
            Map.of(BY_CLUSTER, SharedInformers::clusterKeys));
    clientPods = clientPods(client);
  }

  /** All clusters. */
  public SharedInformer<NatsCluster> clusters() {
    return clusters;
  }

  /** All roles that name a cluster, without their status. */
  public SharedInformer<NatsServiceRole> roles() {
    return roles;
  }

  /** All ServiceAccounts, reduced to the fields that identify them. */
  public SharedInformer<ServiceAccount> serviceAccounts() {
    return serviceAccounts;
  }

  /** The Secrets with the operator's labels, reduced to configuration and tokens. */
  public SharedInformer<Secret> secrets() {
    return secrets;
  }

  /** The pods with the labels of servers, reduced to their identity and state. */
  public SharedInformer<Pod> serverPods() {
    return serverPods;
  }

  /**
   * The pods with the label of clients, reduced to what identifies them and to the tokens that they
   * mount; empty before {@link #watchClientPods}.
   */
  public SharedInformer<Pod> clientPods() {
    return clientPods;
  }

  /** Starts to watch client pods, which only clusters with projected tokens need. */
  public void watchClientPods() {
    if (running && clientPodsWatched.compareAndSet(false, true)) {
      clientPods.start();
    }
  }

  /** Returns at once: a replica whose caches are not filled yet reads from the API server. */
  @Override
  public void start() {
    running = true;
    all().forEach(SharedInformer::start);
  }

  /**
   * Blocks until the first list of every informer has arrived.
   *
   * @throws java.util.concurrent.CompletionException if the API server does not answer for long
   */
  public void awaitSync() {
    all().forEach(informer -> informer.awaitSync(SharedInformer.SYNC_TIMEOUT));
  }

  @Override
  public void stop() {
    running = false;
    all().forEach(SharedInformer::stop);
    clientPods.stop();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Starts before and stops after the controllers, which read from these caches. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE - 1;
  }

  private Stream<SharedInformer<?>> all() {
    return Stream.of(clusters, roles, serviceAccounts, secrets, serverPods);
  }

  private SharedInformer<Secret> secrets(KubernetesClient client) {
    return informer(
        client.secrets(),
        OWN_LABELS,
        PrunedFields::secret,
        Map.of(BY_CLUSTER, SharedInformers::clusterKeys, BY_ROLE, SharedInformers::roleUids));
  }

  private SharedInformer<Pod> clientPods(KubernetesClient client) {
    return informer(
        client.pods(),
        CLIENT_LABELS,
        PrunedFields::clientPod,
        Map.of(
            BY_SECRET,
            ClientTokens::keysOfPod,
            BY_AUDIENCE,
            pod -> ClientTokens.audiences(pod).toList()));
  }

  private <T extends HasMetadata, L extends KubernetesResourceList<T>> SharedInformer<T> informer(
      MixedOperation<T, L, ?> kind,
      String selector,
      Consumer<T> prune,
      Map<String, Function<T, List<String>>> indexes) {
    Stream<FilterWatchListDeletable<T, L, ?>> scopes =
        namespaces.isEmpty()
            ? Stream.of(kind.inAnyNamespace().withLabelSelector(selector))
            : namespaces.stream()
                .map(namespace -> kind.inNamespace(namespace).withLabelSelector(selector));
    return new SharedInformer<>(
        scopes
            .map(
                scope ->
                    scope
                        .withLimit(PageSize.USUAL)
                        .runnableInformer(0)
                        .itemStore(new PrunedItemStore<>(prune))
                        .removeNamespaceIndex()
                        .addIndexers(SafeIndex.all(indexes)))
            .map(SharedInformers::retrying)
            .toList());
  }

  private static <T extends HasMetadata> SharedIndexInformer<T> retrying(
      SharedIndexInformer<T> informer) {
    String kind = informer.getApiTypeClass().getSimpleName();
    return informer.exceptionHandler(FailureLog.informer(LOG, kind));
  }

  /** The key of the cluster that a role names, for {@link #BY_CLUSTER}. */
  public static List<String> namedClusters(NatsServiceRole role) {
    ClusterReference reference = ClusterReference.of(role);
    return List.of(Cache.namespaceKeyFunc(reference.clusterNamespace(), reference.name()));
  }

  private static List<String> clusterKeys(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels != null && labels.containsKey(NatsApi.CLUSTER_LABEL)
        ? List.of(
            Cache.namespaceKeyFunc(
                object.getMetadata().getNamespace(), labels.get(NatsApi.CLUSTER_LABEL)))
        : List.of();
  }

  private static List<String> roleUids(Secret secret) {
    return TokenSecret.roleUid(secret).stream().toList();
  }
}
