package org.natsoperator.cluster.observed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.cluster.resources.ChildNames;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.cluster.resources.ServerPod;
import org.natsoperator.cluster.server.ObservedRefusals;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.TokenProof;

/**
 * The observed state of a cluster, input of all decisions.
 *
 * @param roles the roles labelled for the cluster
 * @param objects all objects with the cluster's labels except pods and token Secrets
 * @param servers the pods of the StatefulSet
 * @param callout who answers the logins of servers that ask the operator, and who needs that
 * @param refusals the refused logins; empty if this replica does not count them
 * @param rejection why the API server rejects further pods, if it does
 */
public record ObservedCluster(
    NatsCluster cluster,
    List<ObservedRole> roles,
    TokenProof proof,
    ClusterKeys keys,
    List<HasMetadata> objects,
    List<ObservedServer> servers,
    ObservedCallout callout,
    Optional<ObservedRefusals> refusals,
    Optional<String> rejection) {

  /** Servers try to connect to each other every second or two. */
  private static final Duration TIME_TO_FIND = Duration.ofSeconds(8);

  private static final int BYTES_PER_USER = 1_500;

  /**
   * Whether the cluster is being deleted. A finalizer can keep it and its servers for a long time;
   * meanwhile no role refers to it, and its servers lose all users.
   */
  public boolean isBeingDeleted() {
    return cluster.getMetadata().getDeletionTimestamp() != null;
  }

  /** The approximate size of its configuration files in bytes: those that exist, and the next. */
  public long configBytes() {
    long existing =
        objects.stream()
            .filter(Secret.class::isInstance)
            .map(object -> ((Secret) object).getData())
            .filter(Objects::nonNull)
            .flatMap(data -> data.values().stream())
            .filter(Objects::nonNull)
            .mapToLong(String::length)
            .sum();
    long next =
        roles.stream()
            .map(role -> role.role().getSpec().permissions())
            .mapToLong(permissions -> BYTES_PER_USER + permissions.bytes())
            .sum();
    return existing + next;
  }

  /** The cluster's StatefulSet, if it exists. */
  public Optional<StatefulSet> statefulSet() {
    return find(StatefulSet.class, ChildNames.of(cluster).statefulSet());
  }

  /** Name of the configuration Secret that a new server would mount. */
  public Optional<String> configSecretInTemplate() {
    return statefulSet()
        .flatMap(set -> ServerPod.configSecret(set.getSpec().getTemplate().getSpec()));
  }

  /** The servers that are not being deleted. */
  public List<ObservedServer> staying() {
    return servers.stream().filter(server -> !server.leaving()).toList();
  }

  /** The servers whose pod is ready. */
  public List<ObservedServer> ready() {
    return staying().stream().filter(ObservedServer::ready).toList();
  }

  /** The UIDs of all server pods. */
  public Set<String> serverUids() {
    return servers.stream().map(ObservedServer::uid).collect(Collectors.toSet());
  }

  /**
   * Whether a server has a route to every other server that responds, except for those that cannot
   * have one; true if it does not respond.
   */
  public boolean routed(ObservedServer server) {
    long others =
        staying().stream()
            .filter(other -> !other.uid().equals(server.uid()))
            .filter(other -> other.varz().isPresent())
            .filter(server::canRouteTo)
            .count();
    return server.varz().map(varz -> varz.remotes() >= others).orElse(true);
  }

  /** Whether a server lacks routes although all servers run long enough to have them. */
  public boolean isolated(ObservedServer server) {
    return !routed(server)
        && staying().stream()
            .map(ObservedServer::varz)
            .allMatch(varz -> varz.filter(v -> v.age().compareTo(TIME_TO_FIND) > 0).isPresent());
  }

  /** Whether routes are missing; their completion triggers no event. */
  public boolean someSeekOthers() {
    return staying().stream().anyMatch(server -> !routed(server));
  }

  /** Whether the StatefulSet has more replicas than pods. */
  public boolean lacksServers() {
    return !templateUnseen()
        && statefulSet().filter(set -> set.getSpec().getReplicas() > servers.size()).isPresent();
  }

  /** The highest ordinal of all servers, including leaving ones; 0 without servers. */
  public int highestOrdinal() {
    return servers.stream().mapToInt(ObservedServer::ordinal).max().orElse(0);
  }

  /** The Secret with this name, if it is one of the cluster. */
  public Optional<Secret> secret(String name) {
    return find(Secret.class, name);
  }

  /**
   * The Secrets that a pod mounts or may mount. Until the StatefulSet controller has seen a new
   * template, it can create a pod of the old one.
   */
  public List<Secret> configSecretsInUse() {
    Set<String> mounted = mountedConfigSecrets();
    return objects.stream()
        .filter(Secret.class::isInstance)
        .map(Secret.class::cast)
        .filter(ConfigSecret::isOfRevision)
        .filter(secret -> templateUnseen() || mounted.contains(secret.getMetadata().getName()))
        .toList();
  }

  /** Whether a server asks the operator about logins. */
  public boolean asksOperator(ObservedServer server) {
    return config(server).filter(ServerConfigFile::asksOperator).isPresent();
  }

  /** Whether a server has the operator as a user. */
  public boolean admitsOperator(ObservedServer server) {
    return config(server)
        .filter(config -> ServerFeatures.admitsOperator(config, keys.operator()))
        .isPresent();
  }

  private Optional<ObjectNode> config(ObservedServer server) {
    return server
        .configSecret()
        .flatMap(this::secret)
        .flatMap(ConfigSecret::fileIn)
        .flatMap(ServerConfigFile::tryParse);
  }

  /** Names of the Secrets that its servers mount for their configuration. */
  public Set<String> mountedConfigSecrets() {
    return servers.stream()
        .flatMap(server -> server.configSecret().stream())
        .collect(Collectors.toSet());
  }

  /** The Secrets of servers that nothing reloads, with the version of these servers. */
  public Map<String, ServerVersion> loadedOnlyAtStart() {
    Map<String, ServerVersion> versions = new HashMap<>();
    servers.stream()
        .filter(ObservedServer::loadsFileOnlyAtStart)
        .forEach(
            server ->
                server
                    .configSecret()
                    .ifPresent(secret -> versions.put(secret, server.version().orElseThrow())));
    return versions;
  }

  /** The same with the objects as they are after an apply. */
  public ObservedCluster withObjects(List<HasMetadata> latest) {
    return new ObservedCluster(
        cluster, roles, proof, keys, latest, servers, callout, refusals, rejection);
  }

  /** The same with the reason for which the API server rejects further pods. */
  public ObservedCluster withRejection(String cause) {
    return new ObservedCluster(
        cluster, roles, proof, keys, objects, servers, callout, refusals, Optional.of(cause));
  }

  /** Whether the StatefulSet controller has not seen the newest template yet. */
  public boolean templateUnseen() {
    return statefulSet()
        .filter(
            set ->
                set.getStatus() == null
                    || !set.getMetadata()
                        .getGeneration()
                        .equals(set.getStatus().getObservedGeneration()))
        .isPresent();
  }

  /** Contains tokens; never log. */
  @Override
  public String toString() {
    return "ObservedCluster[" + cluster.getMetadata().getName() + "]";
  }

  private <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
    return objects.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst();
  }
}
