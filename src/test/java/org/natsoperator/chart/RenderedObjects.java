package org.natsoperator.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.resources.ClientService;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.cluster.resources.DisruptionBudget;
import org.natsoperator.cluster.resources.ManagementService;
import org.natsoperator.cluster.resources.ServerNetworkPolicy;
import org.natsoperator.cluster.resources.ServerStatefulSet;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

/** The objects that the operator renders for a cluster. */
final class RenderedObjects {

  private static final String REVISION = "0123456789";

  private RenderedObjects() {}

  /** The StatefulSet of a cluster with a reloader. */
  static StatefulSet statefulSet(String namespace, String name) {
    return statefulSet(
        cluster(namespace, name, "{size: 3, version: 2.15.3, pod: {enableConfigReload: true}}"));
  }

  /** A cluster with this spec, as one line of YAML. */
  static NatsCluster cluster(String namespace, String name, String spec) {
    NatsCluster cluster = Clusters.named(name, spec);
    cluster.getMetadata().setNamespace(namespace);
    return cluster;
  }

  static List<HasMetadata> of(NatsCluster cluster) {
    String name = cluster.getMetadata().getName();
    ServerConfigFile file = new ServerConfigFile("{}\n");
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(ConfigSecret.of(cluster, name + "-" + REVISION, file, 1));
    objects.add(ManagementService.of(cluster));
    objects.add(ClientService.of(cluster));
    ServerNetworkPolicy.of(cluster, network()).ifPresent(objects::add);
    DisruptionBudget.of(cluster).ifPresent(objects::add);
    objects.add(statefulSet(cluster));
    objects.add(ConfigSecret.copy(cluster, name, file));
    return objects;
  }

  private static NetworkPolicySettings network() {
    var monitors = new LabelSelectorBuilder().withMatchLabels(Map.of("team", "monitors")).build();
    return new NetworkPolicySettings(
        true, List.of(new NetworkPolicyPeerBuilder().withNamespaceSelector(monitors).build()));
  }

  private static StatefulSet statefulSet(NatsCluster cluster) {
    ServerVersion version = ServerVersion.parse(cluster.getSpec().version()).orElseThrow();
    return ServerStatefulSet.of(
        cluster, version, REVISION, cluster.getSpec().size(), ServerImages.OF_RUNTIME);
  }
}
