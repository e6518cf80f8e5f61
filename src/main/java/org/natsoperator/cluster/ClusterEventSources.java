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
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.LeanItemStore;
import org.natsoperator.kubernetes.WatchedKind;
import org.natsoperator.role.ClusterCandidates;
import org.natsoperator.role.Identity;
import org.natsoperator.role.Lookup;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.role.TokenSecret;

/** Whatever may change what a cluster must be, and what is known of it. */
final class ClusterEventSources {

  private static final String BY_CLUSTER = "cluster";
  private static final String BY_NAME = "name";
  private static final String BY_CANDIDATE_KEY = "candidate";
  private static final String OURS =
      NatsApi.APP_LABEL + "=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;

  private final InformerEventSource<NatsCluster, NatsCluster> candidates;
  private final InformerEventSource<NatsServiceRole, NatsCluster> roles;
  private final InformerEventSource<ServiceAccount, NatsCluster> accounts;
  private final InformerEventSource<Secret, NatsCluster> secrets;
  private final InformerEventSource<Service, NatsCluster> services;
  private final InformerEventSource<StatefulSet, NatsCluster> statefulSets;
  private final InformerEventSource<PodDisruptionBudget, NatsCluster> disruptionBudgets;
  private final InformerEventSource<NetworkPolicy, NatsCluster> networkPolicies;
  private final InformerEventSource<Pod, NatsCluster> pods;
  private final SimpleInboundEventSource<NatsCluster> left =
      new SimpleInboundEventSource<>("roles-that-left");

  /**
   * @param ended is told of each cluster that is gone, at once: the SDK tells it only after the
   *     next attempt of what fails, as all does in a namespace that is being deleted
   */
  ClusterEventSources(EventSourceContext<NatsCluster> context, Consumer<NatsCluster> ended) {
    candidates = candidates(context, ended);
    roles =
        labelled(
            lean(NatsServiceRole.class, NatsApi.CLUSTER_LABEL)
                .withOnUpdateFilter(this::alsoTellThoseItLeft),
            this::clustersThatMayCount,
            context);
    accounts =
        WatchedKind.source(
            lean(ServiceAccount.class, null), this::clustersOfRolesNamedLike, context);
    secrets = labelled(whole(Secret.class), this::clustersThatMayCount, context);
    services = labelled(whole(Service.class), ClusterEventSources::clusterOf, context);
    statefulSets = labelled(whole(StatefulSet.class), ClusterEventSources::clusterOf, context);
    disruptionBudgets =
        labelled(whole(PodDisruptionBudget.class), ClusterEventSources::clusterOf, context);
    networkPolicies = labelled(whole(NetworkPolicy.class), ClusterEventSources::clusterOf, context);
    pods = labelled(lean(Pod.class, OURS), ClusterEventSources::clusterOf, context);
  }

  List<EventSource<?, NatsCluster>> all() {
    return List.of(
        candidates,
        roles,
        left,
        accounts,
        secrets,
        services,
        statefulSets,
        disruptionBudgets,
        networkPolicies,
        pods);
  }

  /** All clusters, as the API server told: nothing that we only wrote stands among them. */
  Stream<NatsCluster> clusters() {
    return candidates.list(cluster -> true);
  }

  /** The roles that count for a cluster, of its own namespace and of those that it admits. */
  List<ObservedRole> roles(NatsCluster cluster) {
    return ClusterCandidates.keys(cluster).stream()
        .flatMap(key -> roles.byIndex(BY_CLUSTER, key).stream())
        .filter(role -> role.getMetadata().getDeletionTimestamp() == null)
        .map(this::observe)
        .filter(role -> role.isFor(cluster))
        .toList();
  }

  List<HasMetadata> objects(NatsCluster cluster) {
    return Stream.of(services, secrets, statefulSets, disruptionBudgets, networkPolicies)
        .<HasMetadata>flatMap(source -> fresh(source, cluster))
        .filter(object -> !TokenSecret.isNamed(object))
        .toList();
  }

  /** An index knows what was told, not yet what we wrote: it would have us write it again. */
  private static <R extends HasMetadata> Stream<R> fresh(
      InformerEventSource<R, NatsCluster> source, NatsCluster cluster) {
    return source.byIndex(BY_CLUSTER, ClusterCandidates.key(cluster)).stream()
        .map(told -> source.get(ResourceID.fromResource(told)).orElse(told));
  }

  /** The pods of the cluster's StatefulSet: a pod that only looks like a server is none. */
  List<Pod> serverPods(NatsCluster cluster) {
    Optional<StatefulSet> statefulSet =
        lookup(statefulSets)
            .find(cluster.getMetadata().getNamespace(), ClusterNames.of(cluster).statefulSet());
    return pods.byIndex(BY_CLUSTER, ClusterCandidates.key(cluster)).stream()
        .filter(pod -> statefulSet.filter(owner -> ChildMeta.ownedBy(pod, owner)).isPresent())
        .toList();
  }

  private ObservedRole observe(NatsServiceRole role) {
    return ObservedRole.of(
        role,
        ClusterCandidates.of(
            role, key -> candidates.byIndex(BY_CANDIDATE_KEY, key), lookup(candidates)),
        lookup(accounts),
        lookup(secrets));
  }

  /**
   * A cluster that comes, goes or admits others may take roles from another of its name, or leave
   * them to it.
   */
  private Set<ResourceID> namesakes(NatsCluster cluster) {
    return ids(candidates.byIndex(BY_NAME, cluster.getMetadata().getName()));
  }

  private Set<ResourceID> clustersOfRolesNamedLike(ServiceAccount account) {
    return Identity.touchedBy(account).stream()
        .map(identity -> new ResourceID(identity.serviceAccount(), identity.namespace()))
        .flatMap(id -> roles.get(id).stream())
        .flatMap(role -> clustersThatMayCount(role).stream())
        .collect(Collectors.toSet());
  }

  /** The clusters that a role, or the Secret with its token, may be for. */
  private Set<ResourceID> clustersThatMayCount(HasMetadata object) {
    return keys(object).stream()
        .flatMap(key -> ids(candidates.byIndex(BY_CANDIDATE_KEY, key)).stream())
        .collect(Collectors.toSet());
  }

  /** An event tells only of the new label. */
  private boolean alsoTellThoseItLeft(NatsServiceRole fresh, NatsServiceRole old) {
    if (!ChildMeta.clusterLabel(fresh).equals(ChildMeta.clusterLabel(old))) {
      clustersThatMayCount(old).forEach(left::propagateEvent);
    }
    return true;
  }

  private static boolean alsoTell(Consumer<NatsCluster> ended, NatsCluster cluster) {
    ended.accept(cluster);
    return true;
  }

  private static Set<ResourceID> clusterOf(HasMetadata object) {
    return ChildMeta.clusterLabel(object)
        .map(name -> new ResourceID(name, object.getMetadata().getNamespace()))
        .map(Set::of)
        .orElse(Set.of());
  }

  private static Set<ResourceID> ids(List<NatsCluster> clusters) {
    return clusters.stream().map(ResourceID::fromResource).collect(Collectors.toSet());
  }

  private static List<String> keys(HasMetadata object) {
    return ChildMeta.clusterLabel(object)
        .map(name -> ClusterCandidates.key(object.getMetadata().getNamespace(), name))
        .stream()
        .toList();
  }

  private static <R extends HasMetadata> Lookup<R> lookup(
      InformerEventSource<R, NatsCluster> source) {
    return (namespace, name) -> source.get(new ResourceID(name, namespace));
  }

  /**
   * Not the cache of what is reconciled: what was looked up here and what tells of its change must
   * be one.
   */
  private InformerEventSource<NatsCluster, NatsCluster> candidates(
      EventSourceContext<NatsCluster> context, Consumer<NatsCluster> ended) {
    var source =
        WatchedKind.source(
            lean(NatsCluster.class, null)
                .withName("candidates")
                .withOnUpdateFilter(ClusterCandidates::mayDiffer)
                .withOnDeleteFilter((cluster, unknown) -> alsoTell(ended, cluster)),
            this::namesakes,
            context);
    source.addIndexers(
        Map.of(
            BY_NAME,
            cluster -> List.of(cluster.getMetadata().getName()),
            BY_CANDIDATE_KEY,
            ClusterCandidates::keys));
    return source;
  }

  private static <R extends HasMetadata> InformerEventSource<R, NatsCluster> labelled(
      InformerEventSourceConfiguration.Builder<R> kind,
      SecondaryToPrimaryMapper<R> mapper,
      EventSourceContext<NatsCluster> context) {
    var source = WatchedKind.source(kind, mapper, context);
    source.addIndexers(Map.of(BY_CLUSTER, ClusterEventSources::keys));
    return source;
  }

  /** A kind that we apply, and so compare with what lies there; token Secrets we only read. */
  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> whole(
      Class<R> type) {
    return InformerEventSourceConfiguration.from(type, NatsCluster.class)
        .withLabelSelector(OURS)
        .withItemStore(new LeanItemStore<>(TokenSecret::isNamed));
  }

  /** A kind that we only read. */
  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> lean(
      Class<R> type, String selector) {
    return InformerEventSourceConfiguration.from(type, NatsCluster.class)
        .withLabelSelector(selector)
        .withItemStore(new LeanItemStore<>());
  }
}
