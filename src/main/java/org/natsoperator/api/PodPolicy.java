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

/** How the server pods are run. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.reloaderImage) || self.reloaderImage.matches('^$|"
            + NatsClusterSpec.IMAGE
            + "')",
    fieldPath = ".reloaderImage",
    message = "must be the name of an image without tag or digest; reloaderImageTag is the tag")
@ValidationRule(
    value =
        "!has(self.reloaderImagePullPolicy) || self.reloaderImagePullPolicy in ['', 'Always',"
            + " 'IfNotPresent', 'Never']",
    fieldPath = ".reloaderImagePullPolicy",
    message = "must be Always, IfNotPresent or Never")
public record PodPolicy(
    @Nullable @JsonPropertyDescription("Further labels of the server pods.")
        Map<String, String> labels,
    @Nullable @JsonPropertyDescription("Further annotations of the server pods.")
        Map<String, String> annotations,
    @Nullable @JsonPropertyDescription("Labels a node must have.") Map<String, String> nodeSelector,
    @JsonPropertyDescription("At most one server on a node.") Boolean antiAffinity,
    @JsonPropertyDescription(
            "Resources of the server container. Without any, requests of 50m CPU and 32Mi memory.")
        ResourceRequirements resources,
    @Nullable @JsonPropertyDescription("Taints the server pods tolerate.")
        List<Toleration> tolerations,
    @Nullable @JsonPropertyDescription("Environment of the server container.") List<EnvVar> natsEnv,
    @JsonPropertyDescription("Let a sidecar tell the server when its configuration changed.")
        Boolean enableConfigReload,
    @JsonPropertyDescription(
            "Image of the sidecar without its tag; it needs /bin/sh to send a server into lame duck"
                + " mode. Default: "
                + DEFAULT_RELOADER_IMAGE)
        String reloaderImage,
    @JsonPropertyDescription("Tag of the sidecar's image. Default: " + DEFAULT_RELOADER_TAG)
        String reloaderImageTag,
    @JsonPropertyDescription("Pull policy of the sidecar's image. Default: IfNotPresent")
        String reloaderImagePullPolicy,
    @JsonPropertyDescription("Resources of the sidecar.") ResourceRequirements reloaderResources,
    @JsonPropertyDescription("Run a Prometheus exporter beside each server.") Boolean enableMetrics,
    @JsonPropertyDescription("Image of the exporter without its tag.") String metricsImage,
    @JsonPropertyDescription("Tag of the exporter's image.") String metricsImageTag,
    @JsonPropertyDescription("Pull policy of the exporter's image.") String metricsImagePullPolicy,
    @JsonPropertyDescription("Open the client port on the node.") Boolean enableClientsHostPort,
    @JsonPropertyDescription("Keep the gateway port off the node.") Boolean disableGatewaysHostPort,
    @JsonPropertyDescription("Keep the leaf node port off the node.")
        Boolean disableLeafnodesHostPort,
    @JsonPropertyDescription("Keep the WebSocket port off the node.")
        Boolean disableWebsocketsHostPort,
    @JsonPropertyDescription("Advertise the node's external address.") Boolean advertiseExternalIP,
    @JsonPropertyDescription("Image that finds the external address.") String bootconfigImage,
    @JsonPropertyDescription("Tag of that image.") String bootconfigImageTag,
    @Nullable @JsonPropertyDescription("Further mounts of the server container.")
        List<VolumeMount> volumeMounts) {

  static final String DEFAULT_RELOADER_IMAGE = "natsio/nats-server-config-reloader";

  public static final String DEFAULT_RELOADER_TAG = "0.22.4";

  /** When the kubelet pulls an image. */
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
