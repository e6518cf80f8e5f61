package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.EditFilter;
import org.natsoperator.kubernetes.OverlookedResourceEventSource;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.TermEventSource;
import org.natsoperator.lookup.ClientTokens;
import org.natsoperator.lookup.SharedEventSource;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.token.TokenSecret;
import org.springframework.scheduling.TaskScheduler;

/** The event sources that trigger the role controller, and its caches. */
final class RoleEventSources {

  private final SharedInformers informers;
  private final IndexerResourceCache<NatsServiceRole> roles;
  private final SimpleInboundEventSource<NatsServiceRole> propagation =
      new SimpleInboundEventSource<>("grants-in-force");
  private final OverlookedResourceEventSource<NatsServiceRole> overlooked;
  private final List<EventSource<?, NatsServiceRole>> all;

  RoleEventSources(
      SharedInformers informers,
      EventSourceContext<NatsServiceRole> context,
      TaskScheduler scheduler,
      Leadership leadership) {
    this.informers = informers;
    roles = context.getPrimaryCache();
    roles.addIndexers(Map.of(SharedInformers.BY_CLUSTER, SharedInformers::namedClusters));
    overlooked = overlooked(roles, scheduler);
    all =
        List.of(
            new SharedEventSource<NatsCluster, NatsServiceRole>(
                    NatsCluster.class, informers.clusters(), this::rolesOf)
                .onSpecChange(RoleEventSources::stateForRoles),
            new SharedEventSource<>(
                ServiceAccount.class,
                informers.serviceAccounts(),
                account ->
                    Identity.touchedBy(account).stream()
                        .map(RoleEventSources::id)
                        .collect(Collectors.toSet())),
            new SharedEventSource<>(Secret.class, informers.secrets(), RoleEventSources::owners),
            new SharedEventSource<Pod, NatsServiceRole>(
                    Pod.class, informers.clientPods(), this::rolesOf)
                .onSpecChange(pod -> List.of(ClientTokens.keysOfPod(pod), ClientTokens.isLive(pod)))
                .startsLater(),
            propagation,
            overlooked,
            new TermEventSource<>(roles, leadership));
  }

  /** The SDK does not report roles that are being deleted. */
  private static OverlookedResourceEventSource<NatsServiceRole> overlooked(
      IndexerResourceCache<NatsServiceRole> roles, TaskScheduler scheduler) {
    return new OverlookedResourceEventSource<>(
        roles, role -> !role.isMarkedForDeletion(), EditFilter::hash, scheduler);
  }

  List<EventSource<?, NatsServiceRole>> all() {
    return all;
  }

  Stream<NatsServiceRole> roles() {
    return roles.list(role -> true);
  }

  /** Triggers the reconciliation of an identity's role. */
  void propagationChanged(Identity identity) {
    propagation.propagateEvent(id(identity));
  }

  /** Records that this version of the role is being reconciled. */
  void reconciling(NatsServiceRole role, Context<NatsServiceRole> context) {
    overlooked.reconciling(role, context);
  }

  ObservedRole observe(NatsServiceRole role) {
    return ObservedRole.of(role, informers);
  }

  /** The roles that name a cluster, also if it does not admit their namespace. */
  private Set<ResourceID> rolesOf(NatsCluster cluster) {
    return roles.byIndex(SharedInformers.BY_CLUSTER, Cache.metaNamespaceKeyFunc(cluster)).stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** What a role depends on besides the spec of its cluster. */
  private static Object stateForRoles(NatsCluster cluster) {
    return List.of(
        cluster.reissue(), cluster.injectsProjectedTokens(), cluster.getStatus() == null);
  }

  /** The roles whose token Secret the pod mounts. */
  private Set<ResourceID> rolesOf(Pod pod) {
    return ClientTokens.keysOfPod(pod).stream()
        .flatMap(key -> informers.roles().byIndex(SharedInformers.BY_SECRET, key).stream())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** The role that a Secret was issued for, and the roles whose token Secret has its name. */
  private static Set<ResourceID> owners(Secret secret) {
    Stream<String> namedFor =
        TokenSecret.accountsIn(
            secret.getMetadata().getName(),
            secret.getMetadata().getLabels().get(NatsApi.CLUSTER_LABEL))
            .stream();
    return Stream.concat(TokenSecret.serviceAccount(secret).stream(), namedFor)
        .map(role -> new ResourceID(role, secret.getMetadata().getNamespace()))
        .collect(Collectors.toSet());
  }

  private static ResourceID id(Identity identity) {
    return new ResourceID(identity.serviceAccount(), identity.namespace());
  }
}
