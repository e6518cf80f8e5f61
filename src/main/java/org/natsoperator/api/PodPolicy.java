package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;

/** Settings of the server pods. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.reloaderImage) || self.reloaderImage.matches('^$|"
            + NatsClusterSpec.IMAGE
            + "')",
    fieldPath = ".reloaderImage",
    message = "must be an image name without tag or digest; set the tag in reloaderImageTag")
@ValidationRule(
    value =
        "!has(self.reloaderImagePullPolicy) || self.reloaderImagePullPolicy in ['', 'Always',"
            + " 'IfNotPresent', 'Never']",
    fieldPath = ".reloaderImagePullPolicy",
    message = "is not a valid pull policy; use Always, IfNotPresent or Never")
public record PodPolicy(
    @Nullable @JsonPropertyDescription("Additional labels of the server pods.")
        Map<String, String> labels,
    @Nullable @JsonPropertyDescription("Additional annotations of the server pods.")
        Map<String, String> annotations,
    @Nullable @JsonPropertyDescription("Labels that the node of a server must have.")
        Map<String, String> nodeSelector,
    @JsonPropertyDescription("Run at most one server on each node.") Boolean antiAffinity,
    @JsonPropertyDescription(
            "Resources of the server container. Default: requests of 50m CPU and 32Mi memory.")
        ResourceRequirements resources,
    @Nullable @JsonPropertyDescription("Taints that the server pods tolerate.")
        List<Toleration> tolerations,
    @Nullable @JsonPropertyDescription("Environment variables of the server container.")
        List<EnvVar> natsEnv,
    @JsonPropertyDescription(
            "Run a sidecar that makes the server reload its configuration after a change.")
        Boolean enableConfigReload,
    @JsonPropertyDescription(
            "Image of the sidecar without its tag. It must contain nats-server-config-reloader in"
                + " its PATH, and /bin/sh, which puts the server into lame duck mode. Default: "
                + DEFAULT_RELOADER_IMAGE)
        String reloaderImage,
    @JsonPropertyDescription("Tag of the sidecar's image. Default: " + DEFAULT_RELOADER_TAG)
        String reloaderImageTag,
    @JsonPropertyDescription("Pull policy of the sidecar's image. Default: IfNotPresent")
        String reloaderImagePullPolicy,
    @JsonPropertyDescription("Resources of the sidecar.") ResourceRequirements reloaderResources,
    @JsonPropertyDescription("Run a Prometheus exporter in each server pod.") Boolean enableMetrics,
    @JsonPropertyDescription("Image of the exporter without its tag.") String metricsImage,
    @JsonPropertyDescription("Tag of the exporter's image.") String metricsImageTag,
    @JsonPropertyDescription("Pull policy of the exporter's image.") String metricsImagePullPolicy,
    @JsonPropertyDescription("Expose the client port on the node.") Boolean enableClientsHostPort,
    @JsonPropertyDescription("Do not expose the gateway port on the node.")
        Boolean disableGatewaysHostPort,
    @JsonPropertyDescription("Do not expose the leaf node port on the node.")
        Boolean disableLeafnodesHostPort,
    @JsonPropertyDescription("Do not expose the WebSocket port on the node.")
        Boolean disableWebsocketsHostPort,
    @JsonPropertyDescription("Advertise the node's external address.") Boolean advertiseExternalIP,
    @JsonPropertyDescription("Image that finds the external address.") String bootconfigImage,
    @JsonPropertyDescription("Tag of that image.") String bootconfigImageTag,
    @Nullable @JsonPropertyDescription("Additional volume mounts of the server container.")
        List<VolumeMount> volumeMounts) {

  static final String DEFAULT_RELOADER_IMAGE = "natsio/nats-server-config-reloader";

  public static final String DEFAULT_RELOADER_TAG = "0.22.4";

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
    enableConfigReload = enableConfigReload != null && enableConfigReload;
    reloaderImage = Defaults.orDefault(reloaderImage, DEFAULT_RELOADER_IMAGE);
    reloaderImageTag = Defaults.orDefault(reloaderImageTag, DEFAULT_RELOADER_TAG);
    reloaderImagePullPolicy = Defaults.orDefault(reloaderImagePullPolicy, "IfNotPresent");
  }
}
