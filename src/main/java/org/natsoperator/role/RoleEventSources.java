package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
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

/** Whatever may change what a role means, and what is known of it. */
final class RoleEventSources {

  private static final String BY_CLUSTER = "cluster";
  private static final String BY_OWNER = "owner";

  private final IndexerResourceCache<NatsServiceRole> roles;
  private final InformerEventSource<NatsCluster, NatsServiceRole> clusters;
  private final InformerEventSource<ServiceAccount, NatsServiceRole> accounts;
  private final InformerEventSource<Secret, NatsServiceRole> secrets;
  private final SimpleInboundEventSource<NatsServiceRole> standing =
      new SimpleInboundEventSource<>("grants-in-force");

  RoleEventSources(EventSourceContext<NatsServiceRole> context) {
    roles = context.getPrimaryCache();
    roles.addIndexers(Map.of(BY_CLUSTER, role -> keys(role.clusterName(), role)));
    clusters = informer(NatsCluster.class, null, this::rolesOf, context);
    accounts = informer(ServiceAccount.class, null, RoleEventSources::roleNamedLike, context);
    secrets = informer(Secret.class, tokenSecrets(), RoleEventSources::owners, context);
    secrets.addIndexers(Map.of(BY_OWNER, RoleEventSources::ownerUids));
  }

  List<EventSource<?, NatsServiceRole>> all() {
    return List.of(clusters, accounts, secrets, standing);
  }

  /** Has the role of an identity looked at again. */
  void standingChanged(Identity identity) {
    standing.propagateEvent(new ResourceID(identity.serviceAccount(), identity.namespace()));
  }

  ObservedRole observe(NatsServiceRole role) {
    String namespace = role.getMetadata().getNamespace();
    String account = role.getMetadata().getName();
    Optional<String> cluster = role.clusterName();
    return new ObservedRole(
        role,
        cluster.flatMap(name -> clusters.get(new ResourceID(name, namespace))),
        accounts.get(new ResourceID(account, namespace)),
        cluster.flatMap(
            name -> secrets.get(new ResourceID(TokenSecret.name(account, name), namespace))));
  }

  /** The token Secrets that belong to a role, wanted or not. */
  List<Secret> tokenSecretsOf(NatsServiceRole role) {
    return secrets.byIndex(BY_OWNER, role.getMetadata().getUid()).stream()
        .filter(secret -> TokenSecret.ownedBy(secret, role))
        .toList();
  }

  private Set<ResourceID> rolesOf(NatsCluster cluster) {
    String key = key(cluster.getMetadata().getName(), cluster);
    return roles.byIndex(BY_CLUSTER, key).stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static Set<ResourceID> roleNamedLike(ServiceAccount account) {
    return Set.of(ResourceID.fromResource(account));
  }

  /** The roles that own a Secret, and the one whose token it would be if somebody else made it. */
  private static Set<ResourceID> owners(Secret secret) {
    String namespace = secret.getMetadata().getNamespace();
    String suffix =
        TokenSecret.name("", secret.getMetadata().getLabels().get(NatsApi.CLUSTER_LABEL));
    String name = secret.getMetadata().getName();
    Stream<String> namedFor =
        name.endsWith(suffix)
            ? Stream.of(name.substring(0, name.length() - suffix.length()))
            : Stream.empty();
    Stream<String> owners =
        secret.getMetadata().getOwnerReferences().stream()
            .filter(owner -> owner.getKind().equals("NatsServiceRole"))
            .map(owner -> owner.getName());
    return Stream.concat(owners, namedFor)
        .map(role -> new ResourceID(role, namespace))
        .collect(Collectors.toSet());
  }

  private static List<String> ownerUids(Secret secret) {
    return secret.getMetadata().getOwnerReferences().stream().map(owner -> owner.getUid()).toList();
  }

  private static List<String> keys(Optional<String> cluster, HasMetadata object) {
    return cluster.map(name -> key(name, object)).stream().toList();
  }

  private static String key(String cluster, HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + cluster;
  }

  private static String tokenSecrets() {
    return NatsApi.APP_LABEL + "=" + NatsApi.APP + "," + NatsApi.CLUSTER_LABEL;
  }

  private static <R extends HasMetadata> InformerEventSource<R, NatsServiceRole> informer(
      Class<R> type,
      String selector,
      SecondaryToPrimaryMapper<R> mapper,
      EventSourceContext<NatsServiceRole> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, NatsServiceRole.class)
            .withLabelSelector(selector)
            .withSecondaryToPrimaryMapper(mapper)
            .withItemStore(new LeanItemStore<>())
            .build(),
        context);
  }
}
