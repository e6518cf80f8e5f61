package org.natsoperator.cluster.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.cluster.features.ReloadMethod;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.resources.ChildNames;
import org.natsoperator.cluster.resources.ClientService;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.cluster.resources.DisruptionBudget;
import org.natsoperator.cluster.resources.ManagementService;
import org.natsoperator.cluster.resources.ServerNetworkPolicy;
import org.natsoperator.cluster.resources.ServerStatefulSet;
import org.natsoperator.config.Hash;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.settings.ServerImages;

/** The objects that the operator creates for a cluster. */
public record DesiredCluster(
    NatsCluster cluster, ServerVersion version, String revision, RenderedConfig rendered) {

  /**
   * @param before the configuration that was rendered last, which is usually the same
   */
  static DesiredCluster of(
      ObservedCluster observed,
      ServerVersion version,
      ServerUsers users,
      Optional<RenderedConfig> before) {
    RenderedConfig rendered = RenderedConfig.of(serverConfig(observed, version, users), before);
    String revision = revision(observed, version, rendered.tree());
    return new DesiredCluster(observed.cluster(), version, revision, rendered);
  }

  ObjectNode config() {
    return rendered.tree();
  }

  /** Name of the Secret that servers of this revision mount. */
  String configSecret() {
    return ChildNames.of(cluster).configSecret(revision);
  }

  /**
   * Whether the name of a Secret for servers without reload proves that it was created with this
   * configuration, apart from routes.
   */
  boolean proves(String secret, ObjectNode config, ServerVersion ofServers) {
    String revision = withoutRoutes(config, ofServers);
    return secret.equals(configSecret())
        || secret.equals(ChildNames.of(cluster).configSecret(revision));
  }

  /**
   * All objects except {@link #configSecrets}. Those are applied first: a revocation must not wait,
   * and a pod that mounts a missing Secret waits for the kubelet's retry. The order: Services, so
   * that servers resolve each other; the protection of the pods; the pods; the copy of nats.conf.
   */
  List<HasMetadata> objects(int replicas, NetworkPolicySettings network, ServerImages images) {
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(ManagementService.of(cluster));
    objects.add(ClientService.of(cluster));
    ServerNetworkPolicy.of(cluster, network).ifPresent(objects::add);
    DisruptionBudget.of(cluster).ifPresent(objects::add);
    objects.add(ServerStatefulSet.of(cluster, version, revision, replicas, images));
    String copy = ChildNames.of(cluster).newestConfigSecret();
    objects.add(ConfigSecret.copy(cluster, copy, rendered.copy()));
    return objects;
  }

  static List<HasMetadata> configSecrets(NatsCluster cluster, ConfigFiles files) {
    List<HasMetadata> secrets = new ArrayList<>();
    files
        .bySecret()
        .forEach(
            (name, content) ->
                secrets.add(ConfigSecret.of(cluster, name, content.file(), content.blankLines())));
    return secrets;
  }

  /** Contains passwords; never log. */
  @Override
  public String toString() {
    return "DesiredCluster[" + cluster.getMetadata().getName() + ", " + revision + "]";
  }

  private static ServerConfig serverConfig(
      ObservedCluster observed, ServerVersion version, ServerUsers users) {
    NatsClusterSpec spec = observed.cluster().getSpec();
    ChildNames names = ChildNames.of(observed.cluster());
    Optional<List<ServerUser>> allowed =
        spec.auth().enableServiceAccounts() ? Optional.of(users.users()) : Optional.empty();
    return new ServerConfig(
        version,
        names.cluster(),
        spec,
        names.routes(routes(observed)),
        allowed,
        RecordedCalloutKeys.effective(observed));
  }

  /** Bounded, since an older CRD admits every size, and an invalid cluster still gets new users. */
  private static int routes(ObservedCluster observed) {
    int servers = Math.max(observed.cluster().getSpec().size(), observed.highestOrdinal());
    return Math.min(servers, NatsClusterSpec.MAX_SIZE);
  }

  /** Without a sidecar the operator's new key, or any change, needs a restart of the servers. */
  private static String revision(
      ObservedCluster observed, ServerVersion version, ObjectNode config) {
    boolean sidecar = observed.cluster().getSpec().pod().enableConfigReload();
    String revision = ServerConfigFile.revision(config, version, ServerFeatures.reloadable());
    return switch (ReloadMethod.of(sidecar, version).orElse(null)) {
      case SIDECAR -> revision;
      case OPERATOR -> Hash.shortOf(revision + observed.keys().operator());
      case null -> revisionWithoutReload(observed, version, config);
    };
  }

  /** Servers that an earlier operator started have the routes in their revision until a change. */
  private static String revisionWithoutReload(
      ObservedCluster observed, ServerVersion version, ObjectNode config) {
    String earlier = ServerConfigFile.revision(config, version, Set.of());
    String secret = ChildNames.of(observed.cluster()).configSecret(earlier);
    return observed.configSecretInTemplate().filter(secret::equals).isPresent()
        ? earlier
        : withoutRoutes(config, version);
  }

  /** Servers use routes at their start; later they find new servers by gossip. */
  private static String withoutRoutes(ObjectNode config, ServerVersion version) {
    return ServerConfigFile.revision(config, version, Set.of(ServerConfigFile.ROUTES));
  }
}
