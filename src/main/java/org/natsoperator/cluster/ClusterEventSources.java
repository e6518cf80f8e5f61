package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.cluster.resources.ChildNames;
import org.natsoperator.kubernetes.NamespaceTurns;
import org.natsoperator.kubernetes.OverlookedResourceEventSource;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.TermEventSource;
import org.natsoperator.lookup.PageSize;
import org.natsoperator.lookup.SharedEventSource;
import org.natsoperator.lookup.SharedInformer;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.TokenSecret;
import org.springframework.scheduling.TaskScheduler;

/** The caches that the cluster controller reads, and the event sources that trigger it. */
final class ClusterEventSources {

  private static final String OWN_LABELS =
      NatsApi.APP_LABEL + "=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;

  /** The kinds that only this controller applies and reads, in this order. */
  private static final List<Class<? extends HasMetadata>> APPLIED =
      List.of(Service.class, StatefulSet.class, PodDisruptionBudget.class, NetworkPolicy.class);

  /** Clusters of a namespace at a time. Few, since servers can be any program, and answer late. */
  private static final int CLUSTERS_OF_NAMESPACE = 2;

  private final SharedInformers informers;
  private final List<EventSource<?, NatsCluster>> shared;
  private final List<? extends InformerEventSource<?, NatsCluster>> applied;
  private final OverlookedResourceEventSource<NatsCluster> overlooked;
  private final SimpleInboundEventSource<NatsCluster> triggers =
      new SimpleInboundEventSource<>("triggers");

  private final NamespaceTurns<ResourceID> turns =
      new NamespaceTurns<>(CLUSTERS_OF_NAMESPACE, triggers::propagateEvent);

  private final TermEventSource<NatsCluster> term;

  ClusterEventSources(
      SharedInformers informers,
      EventSourceContext<NatsCluster> context,
      TaskScheduler scheduler,
      Leadership leadership) {
    term = new TermEventSource<>(context.getPrimaryCache(), leadership);
    overlooked =
        new OverlookedResourceEventSource<>(
            context.getPrimaryCache(),
            cluster -> true,
            cluster -> Objects.hash(cluster.getMetadata().getGeneration(), cluster.requests()),
            scheduler);
    this.informers = informers;
    shared =
        List.of(
            // Events of a role that arrive before those of its cluster find no cluster.
            new SharedEventSource<NatsCluster, NatsCluster>(
                    NatsCluster.class,
                    informers.clusters(),
                    cluster -> Set.of(ResourceID.fromResource(cluster)))
                .onSpecChange(NatsCluster::requests),
            source(NatsServiceRole.class, informers.roles(), this::clusterOfRole),
            source(
                ServiceAccount.class,
                informers.serviceAccounts(),
                account -> clustersOf(Identity.touchedBy(account).stream())),
            source(Secret.class, informers.secrets(), this::clustersOfSecret),
            source(Pod.class, informers.serverPods(), ClusterEventSources::clusterOf));
    applied = APPLIED.stream().map(kind -> applied(kind, context)).toList();
  }

  List<EventSource<?, NatsCluster>> all() {
    return Stream.of(shared, applied, List.of(overlooked, triggers, term))
        .<EventSource<?, NatsCluster>>flatMap(List::stream)
        .toList();
  }

  /** Records that this version of the cluster is being reconciled. */
  void reconciling(NatsCluster cluster, Context<NatsCluster> context) {
    overlooked.reconciling(cluster, context);
  }

  /**
   * Reconciles a cluster now, or triggers it later if enough clusters of its namespace are being
   * reconciled.
   */
  UpdateControl<NatsCluster> reconcileInTurn(
      NatsCluster cluster, Supplier<UpdateControl<NatsCluster>> reconciliation) {
    return turns
        .run(cluster.getMetadata().getNamespace(), ResourceID.fromResource(cluster), reconciliation)
        .orElseGet(UpdateControl::noUpdate);
  }

  /** Triggers the reconciliation of a cluster. */
  void loginsChanged(NatsCluster cluster) {
    triggers.propagateEvent(ResourceID.fromResource(cluster));
  }

  /** All clusters as the watch delivered them, without recent writes of this operator. */
  Stream<NatsCluster> clusters() {
    return informers.clusters().list();
  }

  /** The roles that name a cluster, from its own namespace and from those that it admits. */
  List<ObservedRole> roles(NatsCluster cluster) {
    return informers
        .roles()
        .byIndex(SharedInformers.BY_CLUSTER, Cache.metaNamespaceKeyFunc(cluster))
        .stream()
        .filter(role -> role.getMetadata().getDeletionTimestamp() == null)
        .map(
            role ->
                ObservedRole.of(
                    role, Optional.of(cluster), informers.serviceAccounts(), informers.secrets()))
        .filter(role -> role.cluster().isPresent())
        .toList();
  }

  /** The cluster's objects except pods and token Secrets, with recent writes of this operator. */
  List<HasMetadata> objects(NatsCluster cluster) {
    Stream<HasMetadata> others =
        applied.stream()
            .<HasMetadata>flatMap(source -> source.getSecondaryResources(cluster).stream())
            .filter(object -> clusterOf(object).contains(ResourceID.fromResource(cluster)));
    return Stream.concat(others, secrets(cluster)).toList();
  }

  /** The index contains the versions that the watch delivered, {@code find} also recent writes. */
  private Stream<Secret> secrets(NatsCluster cluster) {
    String key = Cache.metaNamespaceKeyFunc(cluster);
    return informers.secrets().byIndex(SharedInformers.BY_CLUSTER, key).stream()
        .filter(secret -> !TokenSecret.isNamed(secret))
        .map(
            secret ->
                informers
                    .secrets()
                    .find(secret.getMetadata().getNamespace(), secret.getMetadata().getName())
                    .orElse(secret));
  }

  /** The pods of the cluster's StatefulSet; other pods with the labels of servers are ignored. */
  List<Pod> serverPods(NatsCluster cluster) {
    List<HasMetadata> owners =
        objects(cluster).stream().filter(StatefulSet.class::isInstance).toList();
    return informers
        .serverPods()
        .byIndex(SharedInformers.BY_CLUSTER, Cache.metaNamespaceKeyFunc(cluster))
        .stream()
        .filter(pod -> owners.stream().anyMatch(owner -> ChildMetadata.controlledBy(pod, owner)))
        .filter(pod -> ChildNames.of(cluster).isServer(pod.getMetadata().getName()))
        .toList();
  }

  /** The cluster that a role names, unless it does not admit the role's namespace. */
  private Set<ResourceID> clusterOfRole(NatsServiceRole role) {
    ClusterReference reference = ClusterReference.of(role);
    return informers.clusters().find(reference.clusterNamespace(), reference.name()).stream()
        .filter(cluster -> ClusterResolution.admits(cluster, reference.from()))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** The cluster of a configuration Secret, or of the roles whose token Secret has its name. */
  private Set<ResourceID> clustersOfSecret(Secret secret) {
    if (!TokenSecret.isNamed(secret)) {
      return clusterOf(secret);
    }
    ObjectMeta meta = secret.getMetadata();
    return clustersOf(
        TokenSecret.accountsIn(meta.getName(), meta.getLabels().get(NatsApi.CLUSTER_LABEL)).stream()
            .map(account -> new Identity(meta.getNamespace(), account)));
  }

  /** The clusters of the roles that bind these ServiceAccounts. */
  private Set<ResourceID> clustersOf(Stream<Identity> identities) {
    return identities
        .flatMap(
            identity ->
                informers.roles().find(identity.namespace(), identity.serviceAccount()).stream())
        .flatMap(role -> clusterOfRole(role).stream())
        .collect(Collectors.toSet());
  }

  private static Set<ResourceID> clusterOf(HasMetadata object) {
    return ChildMetadata.clusterLabel(object)
        .map(name -> new ResourceID(name, object.getMetadata().getNamespace()))
        .map(Set::of)
        .orElse(Set.of());
  }

  private static <R extends HasMetadata> EventSource<R, NatsCluster> source(
      Class<R> kind, SharedInformer<R> informer, Function<R, Set<ResourceID>> clusters) {
    return new SharedEventSource<>(kind, informer, clusters);
  }

  private static <R extends HasMetadata> InformerEventSource<R, NatsCluster> applied(
      Class<R> kind, EventSourceContext<NatsCluster> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(kind, NatsCluster.class)
            .withLabelSelector(OWN_LABELS)
            .withInformerListLimit(PageSize.USUAL)
            .withSecondaryToPrimaryMapper(ClusterEventSources::clusterOf)
            .build(),
        context);
  }
}
