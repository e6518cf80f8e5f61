package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;

/** Settings of the server pods. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PodPolicy(
    @Nullable @JsonPropertyDescription("Additional labels of the server pods.")
        Map<String, String> labels,
    @Nullable @JsonPropertyDescription("Additional annotations of the server pods.")
        Map<String, String> annotations,
    @Nullable @JsonPropertyDescription("Labels that the node of a server must have.")
        Map<String, String> nodeSelector,
    @JsonPropertyDescription("Run at most one server on each node.") Boolean antiAffinity,
    @JsonPropertyDescription(
            "Resources of the server container. Default: requests of 50m CPU and 32Mi memory. With"
                + " a memory limit, GOMEMLIMIT is 80 % of it, unless natsEnv contains this"
                + " variable.")
        ResourceRequirements resources,
    @Nullable @JsonPropertyDescription("Taints that the server pods tolerate.")
        List<Toleration> tolerations,
    @JsonPropertyDescription(
            "Affinity of the server pods. With antiAffinity, they get that rule too.")
        Affinity affinity,
    @Nullable
        @JsonPropertyDescription(
            "How servers spread over nodes, zones and so on. A constraint without labelSelector"
                + " counts the servers of this cluster. Default: evenly over nodes and zones if"
                + " possible. An empty list removes the default.")
        List<TopologySpreadConstraint> topologySpreadConstraints,
    @JsonPropertyDescription("PriorityClass of the server pods.") String priorityClassName,
    @Nullable
        @JsonPropertyDescription(
            "Secrets of the cluster's namespace with credentials for the registries of the images.")
        List<LocalObjectReference> imagePullSecrets,
    @JsonPropertyDescription(
            "ServiceAccount of the server pods. They never mount its token. The chart of the"
                + " operator must list it in guardRails.operatorAccount.serverServiceAccounts.")
        String serviceAccountName,
    @JsonPropertyDescription(
            "User and groups of the server pods. Default: 1000 for each. With an empty object, the"
                + " platform selects them, as OpenShift does.")
        PodUser securityContext,
    @Nullable @JsonPropertyDescription("Environment variables of the server container.")
        List<EnvVar> natsEnv,
    @JsonPropertyDescription(
            "Run a sidecar that makes the server reload its configuration after a change.")
        Boolean enableConfigReload,
    @ValidationRule(
            value = NatsClusterSpec.IMAGE_RULE,
            message = "must be an image name without tag; set the tag in reloaderImageTag")
        @JsonPropertyDescription(
            "Image of the sidecar without its tag. It must contain nats-server-config-reloader in"
                + " its PATH, and /bin/sh with sleep, which puts the server into lame duck mode."
                + " Default: "
                + DEFAULT_RELOADER_IMAGE)
        String reloaderImage,
    @JsonPropertyDescription("Tag of the sidecar's image. Default: " + DEFAULT_RELOADER_TAG)
        String reloaderImageTag,
    @ValidationRule(value = PULL_POLICY_RULE, message = PULL_POLICY_REMEDY)
        @JsonPropertyDescription("Pull policy of the sidecar's image. Default: IfNotPresent")
        String reloaderImagePullPolicy,
    @JsonPropertyDescription("Resources of the sidecar.") ResourceRequirements reloaderResources,
    @JsonPropertyDescription(
            "Run a Prometheus exporter in each server pod: port 7777, path /metrics.")
        Boolean enableMetrics,
    @ValidationRule(
            value = NatsClusterSpec.IMAGE_RULE,
            message = "must be an image name without tag; set the tag in metricsImageTag")
        @JsonPropertyDescription(
            "Image of the exporter without its tag. Default: " + DEFAULT_METRICS_IMAGE)
        String metricsImage,
    @JsonPropertyDescription("Tag of the exporter's image. Default: " + DEFAULT_METRICS_TAG)
        String metricsImageTag,
    @ValidationRule(value = PULL_POLICY_RULE, message = PULL_POLICY_REMEDY)
        @JsonPropertyDescription("Pull policy of the exporter's image. Default: IfNotPresent")
        String metricsImagePullPolicy,
    @JsonPropertyDescription("Resources of the exporter.") ResourceRequirements metricsResources,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "Expose the client port on the node.")
        Boolean enableClientsHostPort,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Do not expose the gateway port on the node.")
        Boolean disableGatewaysHostPort,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Do not expose the leaf node port on the node.")
        Boolean disableLeafnodesHostPort,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Do not expose the WebSocket port on the node.")
        Boolean disableWebsocketsHostPort,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "Advertise the node's external address.")
        Boolean advertiseExternalIP,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "Image that finds the external address.")
        String bootconfigImage,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "Tag of that image.")
        String bootconfigImageTag,
    @Nullable
        @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Additional volume mounts of the server container.")
        List<VolumeMount> volumeMounts) {

  static final String DEFAULT_RELOADER_IMAGE = "natsio/nats-server-config-reloader";

  public static final String DEFAULT_RELOADER_TAG = "0.22.4";

  static final String DEFAULT_METRICS_IMAGE = "natsio/prometheus-nats-exporter";

  public static final String DEFAULT_METRICS_TAG = "0.18.0";

  private static final String PULL_POLICY_RULE = "self in ['', 'Always', 'IfNotPresent', 'Never']";
  private static final String PULL_POLICY_REMEDY =
      "is not a valid pull policy; use Always, IfNotPresent or Never";

  /** The pull policies of Kubernetes. */
  public static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

  static final PodPolicy EMPTY = Defaults.of(PodPolicy.class);

  public PodPolicy {
    labels = Defaults.withoutNulls(labels);
    annotations = Defaults.withoutNulls(annotations);
    nodeSelector = Defaults.withoutNulls(nodeSelector);
    tolerations = Defaults.withoutNulls(tolerations);
    natsEnv = Defaults.withoutNulls(natsEnv);
    volumeMounts = Defaults.withoutNulls(volumeMounts);
    topologySpreadConstraints =
        topologySpreadConstraints == null ? null : Defaults.withoutNulls(topologySpreadConstraints);
    imagePullSecrets = Defaults.withoutNulls(imagePullSecrets);
    securityContext = securityContext == null ? PodUser.DEFAULT : securityContext;
    metricsImage = Defaults.orDefault(metricsImage, DEFAULT_METRICS_IMAGE);
    metricsImageTag = Defaults.orDefault(metricsImageTag, DEFAULT_METRICS_TAG);
    metricsImagePullPolicy = Defaults.orDefault(metricsImagePullPolicy, "IfNotPresent");
    enableConfigReload = enableConfigReload != null && enableConfigReload;
    reloaderImage = Defaults.orDefault(reloaderImage, DEFAULT_RELOADER_IMAGE);
    reloaderImageTag = Defaults.orDefault(reloaderImageTag, DEFAULT_RELOADER_TAG);
    reloaderImagePullPolicy = Defaults.orDefault(reloaderImagePullPolicy, "IfNotPresent");
  }
}
