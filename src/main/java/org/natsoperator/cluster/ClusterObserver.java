package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.keys.CalloutKeyStore;
import org.natsoperator.cluster.keys.ClusterKeyStore;
import org.natsoperator.cluster.observed.ObservedCallout;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.cluster.server.CalloutReplicas;
import org.natsoperator.cluster.server.MonitoringClient;
import org.natsoperator.cluster.server.RefusedLogins;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.lookup.ClientTokens;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.TokenProver;
import org.springframework.stereotype.Component;

/** Gathers the state of a cluster from the caches and from its servers. */
@Component
class ClusterObserver {

  private final TokenProver prover;
  private final ClusterKeyStore operatorKeys;
  private final CalloutKeyStore calloutKeys;
  private final CalloutReplicas replicas;
  private final RefusedLogins refusedLogins;
  private final SharedInformers informers;
  private final MonitoringClient probe;
  private final RejectedPods rejectedPods;

  ClusterObserver(
      TokenProver prover,
      ClusterKeyStore operatorKeys,
      CalloutKeyStore calloutKeys,
      CalloutReplicas replicas,
      RefusedLogins refusedLogins,
      SharedInformers informers,
      MonitoringClient probe,
      RejectedPods rejectedPods) {
    this.prover = prover;
    this.operatorKeys = operatorKeys;
    this.calloutKeys = calloutKeys;
    this.replicas = replicas;
    this.refusedLogins = refusedLogins;
    this.informers = informers;
    this.probe = probe;
    this.rejectedPods = rejectedPods;
  }

  /** Sets the listener for clusters whose logins have another result than before. */
  void onLoginsChange(Consumer<NatsCluster> listener) {
    replicas.onChange(listener);
    refusedLogins.onRepetition(listener);
  }

  ObservedCluster observe(NatsCluster cluster, ClusterEventSources caches) {
    List<ObservedRole> roles = caches.roles(cluster);
    List<Pod> pods = caches.serverPods(cluster);
    List<Secret> tokens = roles.stream().flatMap(role -> role.tokenSecret().stream()).toList();
    List<HasMetadata> objects = caches.objects(cluster);
    List<ObservedServer> servers = servers(pods, probe.varz(pods));
    return new ObservedCluster(
        cluster,
        roles,
        prover.proofFor(tokens),
        keys(cluster, mounted(servers, objects)),
        objects,
        servers,
        cluster.mayAskOperator()
            ? new ObservedCallout(replicas.count(cluster), ClientTokens.podsOf(cluster, informers))
            : ObservedCallout.NONE,
        refusedLogins.of(cluster),
        Optional.empty());
  }

  /**
   * The same cluster with the objects as they are after an apply. Only now it reads why pods are
   * missing: a slow API server must not delay a revocation.
   */
  ObservedCluster afterApply(ObservedCluster observed, ClusterEventSources caches) {
    ObservedCluster applied = observed.withObjects(caches.objects(observed.cluster()));
    return applied
        .statefulSet()
        .filter(set -> ChildMetadata.ownedBy(set, observed.cluster()))
        .flatMap(set -> rejectedPods.cause(set, names(observed.servers())))
        .map(applied::withRejection)
        .orElse(applied);
  }

  private static Set<String> names(List<ObservedServer> servers) {
    return servers.stream().map(ObservedServer::name).collect(Collectors.toSet());
  }

  private ClusterKeys keys(NatsCluster cluster, List<Secret> mounted) {
    ClusterKeys keys = operatorKeys.keysFor(cluster, mounted);
    return cluster.mayAskOperator() ? keys.withCallout(calloutKeys.publicKeys(cluster)) : keys;
  }

  private static List<Secret> mounted(List<ObservedServer> servers, List<HasMetadata> objects) {
    Set<String> names =
        servers.stream()
            .flatMap(server -> server.configSecret().stream())
            .collect(Collectors.toSet());
    return objects.stream()
        .filter(Secret.class::isInstance)
        .map(Secret.class::cast)
        .filter(secret -> names.contains(secret.getMetadata().getName()))
        .toList();
  }

  private static List<ObservedServer> servers(List<Pod> pods, List<Optional<Varz>> varz) {
    return IntStream.range(0, pods.size())
        .mapToObj(i -> new ObservedServer(pods.get(i), varz.get(i)))
        .toList();
  }
}
