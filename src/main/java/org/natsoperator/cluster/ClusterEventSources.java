package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.LeanItemStore;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.role.TokenSecret;

/** Whatever may change what a cluster must be, and what is known of it. */
final class ClusterEventSources {

  private static final String BY_CLUSTER = "cluster";
  private static final String OURS =
      NatsApi.APP_LABEL + "=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;

  private final IndexerResourceCache<NatsCluster> clusters;
  private final InformerEventSource<NatsServiceRole, NatsCluster> roles;
  private final InformerEventSource<ServiceAccount, NatsCluster> accounts;
  private final InformerEventSource<Secret, NatsCluster> secrets;
  private final InformerEventSource<Service, NatsCluster> services;
  private final InformerEventSource<StatefulSet, NatsCluster> statefulSets;
  private final InformerEventSource<PodDisruptionBudget, NatsCluster> disruptionBudgets;
  private final InformerEventSource<NetworkPolicy, NatsCluster> networkPolicies;
  private final InformerEventSource<Pod, NatsCluster> pods;

  ClusterEventSources(EventSourceContext<NatsCluster> context) {
    clusters = context.getPrimaryCache();
    roles = labelled(lean(NatsServiceRole.class, NatsApi.CLUSTER_LABEL), context);
    accounts = source(lean(ServiceAccount.class, null), this::clusterOfRoleNamedLike, context);
    secrets = labelled(whole(Secret.class), context);
    services = labelled(whole(Service.class), context);
    statefulSets = labelled(whole(StatefulSet.class), context);
    disruptionBudgets = labelled(whole(PodDisruptionBudget.class), context);
    networkPolicies = labelled(whole(NetworkPolicy.class), context);
    pods = labelled(lean(Pod.class, OURS), context);
  }

  List<EventSource<?, NatsCluster>> all() {
    return List.of(
        roles, accounts, secrets, services, statefulSets, disruptionBudgets, networkPolicies, pods);
  }

  Set<String> clusterUids() {
    return clusters
        .list(cluster -> true)
        .map(cluster -> cluster.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  List<ObservedRole> roles(NatsCluster cluster) {
    return roles.byIndex(BY_CLUSTER, key(cluster)).stream()
        .filter(role -> role.getMetadata().getDeletionTimestamp() == null)
        .map(role -> observe(role, cluster))
        .toList();
  }

  List<HasMetadata> objects(NatsCluster cluster) {
    return Stream.of(services, secrets, statefulSets, disruptionBudgets, networkPolicies)
        .<HasMetadata>flatMap(source -> source.byIndex(BY_CLUSTER, key(cluster)).stream())
        .filter(object -> !object.getMetadata().getName().endsWith(TokenSecret.SUFFIX))
        .toList();
  }

  /** The pods of the cluster's StatefulSet: a pod that only looks like a server is none. */
  List<Pod> serverPods(NatsCluster cluster) {
    Optional<StatefulSet> statefulSet =
        statefulSets.get(
            new ResourceID(
                ClusterNames.of(cluster).statefulSet(), cluster.getMetadata().getNamespace()));
    return pods.byIndex(BY_CLUSTER, key(cluster)).stream()
        .filter(pod -> statefulSet.filter(owner -> ChildMeta.ownedBy(pod, owner)).isPresent())
        .toList();
  }

  private ObservedRole observe(NatsServiceRole role, NatsCluster cluster) {
    String namespace = role.getMetadata().getNamespace();
    String account = role.getMetadata().getName();
    String secret = TokenSecret.name(account, cluster.getMetadata().getName());
    return new ObservedRole(
        role,
        Optional.of(cluster),
        accounts.get(new ResourceID(account, namespace)),
        secrets.get(new ResourceID(secret, namespace)));
  }

  private Set<ResourceID> clusterOfRoleNamedLike(ServiceAccount account) {
    return roles.get(ResourceID.fromResource(account)).stream()
        .flatMap(role -> clusterOf(role).stream())
        .collect(Collectors.toSet());
  }

  private static Set<ResourceID> clusterOf(HasMetadata object) {
    return label(object)
        .map(name -> new ResourceID(name, object.getMetadata().getNamespace()))
        .map(Set::of)
        .orElse(Set.of());
  }

  private static Optional<String> label(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(NatsApi.CLUSTER_LABEL));
  }

  private static String key(NatsCluster cluster) {
    return cluster.getMetadata().getNamespace() + "/" + cluster.getMetadata().getName();
  }

  private static List<String> keys(HasMetadata object) {
    return label(object).map(name -> object.getMetadata().getNamespace() + "/" + name).stream()
        .toList();
  }

  private static <R extends HasMetadata> InformerEventSource<R, NatsCluster> labelled(
      InformerEventSourceConfiguration.Builder<R> kind, EventSourceContext<NatsCluster> context) {
    var source = source(kind, ClusterEventSources::clusterOf, context);
    source.addIndexers(Map.of(BY_CLUSTER, ClusterEventSources::keys));
    return source;
  }

  private static <R extends HasMetadata> InformerEventSource<R, NatsCluster> source(
      InformerEventSourceConfiguration.Builder<R> kind,
      SecondaryToPrimaryMapper<R> mapper,
      EventSourceContext<NatsCluster> context) {
    return new InformerEventSource<>(kind.withSecondaryToPrimaryMapper(mapper).build(), context);
  }

  /** A kind that we apply, and so compare with what lies there. */
  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> whole(
      Class<R> type) {
    return InformerEventSourceConfiguration.from(type, NatsCluster.class).withLabelSelector(OURS);
  }

  /** A kind that we only read. */
  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> lean(
      Class<R> type, String selector) {
    return InformerEventSourceConfiguration.from(type, NatsCluster.class)
        .withLabelSelector(selector)
        .withItemStore(new LeanItemStore<>());
  }
}
