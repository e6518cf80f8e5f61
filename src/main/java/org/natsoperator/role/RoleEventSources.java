package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.LeanItemStore;
import org.natsoperator.kubernetes.Overlooked;
import org.natsoperator.kubernetes.WatchedKind;
import org.springframework.scheduling.TaskScheduler;

/** Whatever may change what a role means, and what is known of it. */
final class RoleEventSources {

  private static final String BY_CLUSTER_NAME = "cluster";
  private static final String BY_CANDIDATE_KEY = "candidate";
  private static final String BY_OWNER = "owner";

  private final IndexerResourceCache<NatsServiceRole> roles;
  private final InformerEventSource<NatsCluster, NatsServiceRole> clusters;
  private final InformerEventSource<ServiceAccount, NatsServiceRole> accounts;
  private final InformerEventSource<Secret, NatsServiceRole> secrets;
  private final SimpleInboundEventSource<NatsServiceRole> standing =
      new SimpleInboundEventSource<>("grants-in-force");
  private final Overlooked<NatsServiceRole> overlooked;

  RoleEventSources(EventSourceContext<NatsServiceRole> context, TaskScheduler scheduler) {
    roles = context.getPrimaryCache();
    overlooked = new Overlooked<>(roles, scheduler);
    roles.addIndexers(Map.of(BY_CLUSTER_NAME, role -> role.clusterName().stream().toList()));
    clusters =
        WatchedKind.source(
            kind(NatsCluster.class, null).withOnUpdateFilter(ClusterCandidates::mayDiffer),
            this::rolesOf,
            context);
    clusters.addIndexers(Map.of(BY_CANDIDATE_KEY, ClusterCandidates::keys));
    accounts =
        WatchedKind.source(
            kind(ServiceAccount.class, null), RoleEventSources::rolesNamedLike, context);
    secrets =
        WatchedKind.source(
            kind(Secret.class, tokenSecrets()).withItemStore(new TokenSecretStore()),
            RoleEventSources::owners,
            context);
    secrets.addIndexers(Map.of(BY_OWNER, RoleEventSources::ownerUids));
  }

  List<EventSource<?, NatsServiceRole>> all() {
    return List.of(clusters, accounts, secrets, standing, overlooked);
  }

  Stream<NatsServiceRole> roles() {
    return roles.list(role -> true);
  }

  /** Has the role of an identity looked at again. */
  void standingChanged(Identity identity) {
    standing.propagateEvent(new ResourceID(identity.serviceAccount(), identity.namespace()));
  }

  ObservedRole observe(NatsServiceRole role) {
    overlooked.reconciling(role);
    return ObservedRole.of(
        role,
        ClusterCandidates.of(
            role, key -> clusters.byIndex(BY_CANDIDATE_KEY, key), lookup(clusters)),
        lookup(accounts),
        lookup(secrets));
  }

  /** The token Secrets that belong to a role, wanted or not. */
  List<Secret> tokenSecretsOf(NatsServiceRole role) {
    return secrets.byIndex(BY_OWNER, role.getMetadata().getUid()).stream()
        .filter(secret -> TokenSecret.ownedBy(secret, role))
        .toList();
  }

  /** Whether a namespace is still admitted is for each role of the name to find out. */
  private Set<ResourceID> rolesOf(NatsCluster cluster) {
    return roles.byIndex(BY_CLUSTER_NAME, cluster.getMetadata().getName()).stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static Set<ResourceID> rolesNamedLike(ServiceAccount account) {
    return Identity.touchedBy(account).stream()
        .map(identity -> new ResourceID(identity.serviceAccount(), identity.namespace()))
        .collect(Collectors.toSet());
  }

  /** The roles that own a Secret, and those whose token it would be if somebody else made it. */
  private static Set<ResourceID> owners(Secret secret) {
    Stream<String> namedFor =
        TokenSecret.accountsIn(
            secret.getMetadata().getName(),
            secret.getMetadata().getLabels().get(NatsApi.CLUSTER_LABEL))
            .stream();
    Stream<String> owners =
        secret.getMetadata().getOwnerReferences().stream()
            .filter(owner -> owner.getKind().equals("NatsServiceRole"))
            .map(owner -> owner.getName());
    return Stream.concat(owners, namedFor)
        .map(role -> new ResourceID(role, secret.getMetadata().getNamespace()))
        .collect(Collectors.toSet());
  }

  private static List<String> ownerUids(Secret secret) {
    return secret.getMetadata().getOwnerReferences().stream().map(owner -> owner.getUid()).toList();
  }

  private static String tokenSecrets() {
    return NatsApi.APP_LABEL + "=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;
  }

  private static <R extends HasMetadata> Lookup<R> lookup(
      InformerEventSource<R, NatsServiceRole> source) {
    return (namespace, name) -> source.get(new ResourceID(name, namespace));
  }

  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> kind(
      Class<R> type, String selector) {
    return InformerEventSourceConfiguration.from(type, NatsServiceRole.class)
        .withLabelSelector(selector)
        .withItemStore(new LeanItemStore<>());
  }
}
