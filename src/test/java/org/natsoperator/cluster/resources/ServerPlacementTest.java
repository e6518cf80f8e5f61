package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ImagePullSecrets;
import org.natsoperator.settings.ImageRegistry;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

/** Nodes, users, accounts and images that a spec selects for the pods of servers. */
class ServerPlacementTest {

  private static final PodTemplateSpec POD = template(Clusters.walkthrough("2.15.3"));

  @Test
  void usesReloaderImageOfSpec() {
    String pod =
        "{enableConfigReload: true, reloaderImage: a/b, reloaderImageTag: c,"
            + " reloaderImagePullPolicy: Always, reloaderResources: {limits: {cpu: 10m}}}";
    Container reloader =
        template(Clusters.cluster("{pod: " + pod + "}")).getSpec().getContainers().get(1);

    assertThat(reloader.getImage()).isEqualTo("a/b:c");
    assertThat(reloader.getImagePullPolicy()).isEqualTo("Always");
    assertThat(reloader.getResources().getLimits().get("cpu")).hasToString("10m");
  }

  @Test
  void addsAntiAffinityOnlyIfConfigured() {
    PodTemplateSpec apart = template(Clusters.cluster("{pod: {antiAffinity: true}}"));
    var terms =
        apart
            .getSpec()
            .getAffinity()
            .getPodAntiAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution();

    assertThat(POD.getSpec().getAffinity()).isNull();
    assertThat(terms).hasSize(1);
    assertThat(terms.getFirst().getTopologyKey()).isEqualTo("kubernetes.io/hostname");
    assertThat(terms.getFirst().getLabelSelector().getMatchLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
  }

  @Test
  void usesNodeSelectorAndTolerationsOfSpec() {
    PodTemplateSpec placed =
        template(
            Clusters.cluster("{pod: {nodeSelector: {disk: ssd}, tolerations: [{key: nats}]}}"));

    assertThat(placed.getSpec().getNodeSelector()).isEqualTo(Map.of("disk", "ssd"));
    assertThat(placed.getSpec().getTolerations()).extracting("key").isEqualTo(List.of("nats"));
  }

  @Test
  void affinityOfSpecStaysWithAntiAffinity() {
    String affinity =
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: Exists}]}]}},"
            + " podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey:"
            + " rack}]}}";
    Affinity own = template(Clusters.cluster("{pod: {" + affinity + "}}")).getSpec().getAffinity();
    Affinity both =
        template(Clusters.cluster("{pod: {antiAffinity: true, " + affinity + "}}"))
            .getSpec()
            .getAffinity();

    assertThat(own.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution())
        .extracting("topologyKey")
        .isEqualTo(List.of("rack"));
    assertThat(both.getNodeAffinity()).isEqualTo(own.getNodeAffinity()).isNotNull();
    assertThat(both.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution())
        .extracting("topologyKey")
        .isEqualTo(List.of("rack", "kubernetes.io/hostname"));
  }

  @Test
  void serversSpreadOverNodesAndZonesIfPossible() {
    assertThat(POD.getSpec().getTopologySpreadConstraints())
        .extracting(
            TopologySpreadConstraint::getTopologyKey,
            TopologySpreadConstraint::getWhenUnsatisfiable,
            constraint -> constraint.getLabelSelector().getMatchLabels().get("nats_cluster"))
        .containsExactly(
            tuple("kubernetes.io/hostname", "ScheduleAnyway", "example-nats"),
            tuple("topology.kubernetes.io/zone", "ScheduleAnyway", "example-nats"));
  }

  @Test
  void spreadOfSpecReplacesDefault() {
    String rule = "{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule%s}";
    String selector = ", labelSelector: {matchLabels: {a: b}}";
    String rules =
        "[" + rule.formatted("") + ", " + rule.formatted(selector).replace("rack", "row") + "]";

    assertThat(spread("{pod: {topologySpreadConstraints: []}}")).isEmpty();
    assertThat(spread("{pod: {topologySpreadConstraints: " + rules + "}}"))
        .extracting(
            TopologySpreadConstraint::getTopologyKey,
            constraint -> constraint.getLabelSelector().getMatchLabels())
        .containsExactly(
            tuple("rack", Map.of("app", "nats", "nats_cluster", "example-nats")),
            tuple("row", Map.of("a", "b")));
  }

  @Test
  void usesPriorityAccountAndPullSecretsOfSpec() {
    var pod =
        template(
                Clusters.cluster(
                    "{pod: {priorityClassName: high, serviceAccountName: servers,"
                        + " imagePullSecrets: [{name: registry}]}}"))
            .getSpec();

    assertThat(pod.getPriorityClassName()).isEqualTo("high");
    assertThat(pod.getServiceAccountName()).isEqualTo("servers");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getImagePullSecrets()).extracting("name").isEqualTo(List.of("registry"));
    assertThat(POD.getSpec().getPriorityClassName()).isNull();
    assertThat(POD.getSpec().getServiceAccountName()).isNull();
    assertThat(POD.getSpec().getImagePullSecrets()).isEmpty();
  }

  @Test
  void userAndGroupsOfSpecReplaceDefault() {
    PodSecurityContext chosen =
        template(Clusters.cluster("{pod: {securityContext: {runAsUser: 7, fsGroup: 8}}}"))
            .getSpec()
            .getSecurityContext();
    PodSecurityContext ofPlatform =
        template(Clusters.cluster("{pod: {securityContext: {}}}")).getSpec().getSecurityContext();

    assertThat(chosen.getRunAsUser()).isEqualTo(7);
    assertThat(chosen.getFsGroup()).isEqualTo(8);
    assertThat(chosen.getRunAsGroup()).isNull();
    assertThat(ofPlatform.getRunAsUser()).isNull();
    assertThat(Stream.of(chosen, ofPlatform))
        .allMatch(PodSecurityContext::getRunAsNonRoot)
        .allMatch(context -> context.getSeccompProfile().getType().equals("RuntimeDefault"));
  }

  @Test
  void exporterHasDefaultImage() {
    assertThat(
            template(Clusters.cluster("{pod: {enableMetrics: true, metricsImage: ''}}"))
                .getSpec()
                .getContainers()
                .getLast()
                .getImage())
        .isEqualTo("natsio/prometheus-nats-exporter:0.18.0");
  }

  @Test
  void digestFollowsTag() {
    String digest = "@sha256:" + "0".repeat(64);
    String spec =
        "{serverImage: 'a/nats%s', pod: {enableConfigReload: true, reloaderImage: 'b%s'}}"
            .formatted(digest, digest);

    assertThat(template(Clusters.cluster(spec)).getSpec().getContainers())
        .extracting(Container::getImage)
        .containsExactly("a/nats:2.15.3" + digest, "b:0.22.4" + digest);
  }

  @Test
  void registryAppliesToAllContainersAndChangesHash() {
    NatsCluster cluster =
        Clusters.cluster("{version: 2.15.3, pod: {enableConfigReload: true, enableMetrics: true}}");
    PodTemplateSpec template = template(cluster, images("example.com", ""));

    assertThat(template.getSpec().getContainers())
        .hasSize(3)
        .allMatch(container -> container.getImage().startsWith("example.com/nats"));
    assertThat(hash(template)).isNotEqualTo(hash(template(cluster)));
  }

  @Test
  void pullSecretsOfAllClustersFollowThoseOfSpec() {
    NatsCluster cluster =
        Clusters.cluster("{pod: {imagePullSecrets: [{name: own}, {name: shared}]}}");

    assertThat(pullSecrets(cluster, "mirror,shared,proxy"))
        .containsExactly("own", "shared", "mirror", "proxy");
    assertThat(pullSecrets(Clusters.walkthrough("2.15.3"), "mirror")).containsExactly("mirror");
  }

  /** A changed hash restarts the servers. */
  @Test
  void onlyAdditionalPullSecretsChangeHash() {
    NatsCluster cluster = Clusters.cluster("{pod: {imagePullSecrets: [{name: own}]}}");

    assertThat(template(cluster, images("", "own"))).isEqualTo(template(cluster));
    assertThat(hash(template(cluster, images("", "mirror")))).isNotEqualTo(hash(template(cluster)));
  }

  private static List<String> pullSecrets(NatsCluster cluster, String ofAllClusters) {
    return template(cluster, images("", ofAllClusters)).getSpec().getImagePullSecrets().stream()
        .map(LocalObjectReference::getName)
        .toList();
  }

  private static ServerImages images(String registry, String pullSecrets) {
    return new ServerImages(ImageRegistry.of(registry), ImagePullSecrets.of(pullSecrets));
  }

  private static String hash(PodTemplateSpec template) {
    return template.getMetadata().getAnnotations().get(ServerPodMetadata.TEMPLATE_ANNOTATION);
  }

  private static List<TopologySpreadConstraint> spread(String spec) {
    return template(Clusters.cluster(spec)).getSpec().getTopologySpreadConstraints();
  }

  private static PodTemplateSpec template(NatsCluster cluster) {
    return template(cluster, ServerImages.OF_RUNTIME);
  }

  private static PodTemplateSpec template(NatsCluster cluster, ServerImages images) {
    ServerVersion version = ServerVersion.parse(cluster.getSpec().version()).orElseThrow();
    return new ServerPod(cluster, version, "rev").template(images);
  }
}
