package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Objects;
import org.natsoperator.api.unsupported.ExtraRoute;
import org.natsoperator.api.unsupported.GatewayConfig;
import org.natsoperator.api.unsupported.LeafnodeConfig;
import org.natsoperator.api.unsupported.OperatorConfig;
import org.natsoperator.api.unsupported.TlsPolicy;
import org.natsoperator.api.unsupported.WebsocketConfig;

/**
 * The desired state of a cluster. Field names are those of the Go operator. Kubernetes ignores a
 * violation of a field's own rule while the field does not change (KEP-4008, since 1.30). So
 * objects older than the rule stay editable.
 */
@JsonClassDescription(
    "The desired state of the cluster. Without auth.enableServiceAccounts, which an empty spec does"
        + " not set, anyone who can reach the servers has full access.")
@JsonIgnoreProperties(ignoreUnknown = true)
public record NatsClusterSpec(
    @SpecReplicas
        @Min(1)
        @Max(NatsClusterSpec.MAX_SIZE)
        @Default("1")
        @JsonPropertyDescription("Number of servers.")
        Integer size,
    @ValidationRule(
            value = "self.matches(r'" + VERSION + "')",
            message = "must be a version of nats-server; use a release such as " + DEFAULT_VERSION)
        @JsonPropertyDescription(
            "Version of nats-server, such as 2.15.3; also the tag of the image. Default: "
                + DEFAULT_VERSION)
        String version,
    @ValidationRule(
            value = IMAGE_RULE,
            message = "must be an image name without tag; set the tag in spec.version")
        @JsonPropertyDescription(
            "Image without its tag, such as \"nats\" or \"nats@sha256:<digest>\". With a digest,"
                + " the tag in spec.version must be that of the same image. Default: nats")
        String serverImage,
    @JsonPropertyDescription("Limits and logging of the servers.") NatsConfig natsConfig,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Take server_name from the environment variable SERVER_NAME.")
        Boolean useServerName,
    @JsonPropertyDescription(
            "Do not change servers and Services. Changes of roles still take effect.")
        Boolean paused,
    @JsonPropertyDescription("Settings of the server pods.") PodPolicy pod,
    @PreserveUnknownFields
        @Nullable
        @JsonPropertyDescription(
            NatsClusterSpec.IGNORED
                + "Base of the pod template; its first container becomes the server.")
        JsonNode template,
    @JsonPropertyDescription(NatsClusterSpec.REJECTED + "Certificates of the servers.")
        TlsPolicy tls,
    @JsonPropertyDescription("Authentication of clients, routes and gateways.") AuthPolicy auth,
    @ValidationRule(
            value = "self == 0 || self >= " + MIN_LAME_DUCK_SECONDS,
            message =
                "must be 30 or more, the minimum of nats-server; raise it, or remove it for the"
                    + " default")
        @ValidationRule(
            value = "self <= " + MAX_LAME_DUCK_SECONDS,
            message =
                "must be 86400 (a day) or less, because each restart of a server takes this long;"
                    + " lower it")
        @JsonPropertyDescription(
            "Duration of lame duck mode in seconds, in which a stopping server closes its client"
                + " connections. Minimum and default: 30")
        Integer lameDuckDurationSeconds,
    @JsonPropertyDescription("Do not advertise the addresses of the other servers to clients.")
        Boolean noAdvertise,
    @Nullable
        @JsonPropertyDescription(
            NatsClusterSpec.IGNORED
                + "Routes to servers outside this cluster that form one cluster with it.")
        List<ExtraRoute> extraRoutes,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "Gateways to other clusters.")
        GatewayConfig gatewayConfig,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "Leaf node connections.")
        LeafnodeConfig leafnodeConfig,
    @JsonPropertyDescription(NatsClusterSpec.REJECTED + "Operator mode with account JWTs.")
        OperatorConfig operatorConfig,
    @JsonPropertyDescription(NatsClusterSpec.IGNORED + "WebSocket listener.")
        WebsocketConfig websocketConfig,
    @JsonPropertyDescription("Labels and annotations of the client Service.")
        ServicePolicy servicePolicy,
    @JsonPropertyDescription("Labels and annotations of the management Service.")
        ServicePolicy managementServicePolicy) {

  public static final String DEFAULT_VERSION = "2.15.3";
  static final String DEFAULT_IMAGE = "nats";

  /** First sentence about a field of the Go operator that the webhook rejects. */
  public static final String REJECTED = "Not supported yet, and rejected. ";

  /** First sentence about a field of the Go operator that has no effect. */
  public static final String IGNORED = "Not supported yet, and ignored. ";

  /** A release or a nightly build of nats-server, or nothing. */
  private static final String VERSION =
      "^$|^v?[0-9]{1,6}\\.[0-9]{1,6}\\.[0-9]{1,6}([-.][0-9A-Za-z]{1,20}){0,2}$"
          + "|^nightly([-.][0-9A-Za-z]{1,20}){0,2}$";

  /** Name of an image without its tag; the host may have a port, and a digest may follow. */
  public static final String IMAGE =
      "^([A-Za-z0-9.-]+(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
          + "(@sha256:[0-9a-f]{64})?$";

  /** CEL rule of an image field. */
  static final String IMAGE_RULE = "self.matches('^$|" + IMAGE + "')";

  /** Maximum number of servers of a cluster; each has a route to every other one. */
  public static final int MAX_SIZE = 100;

  /** Minimum duration of lame duck mode that nats-server accepts. */
  public static final int MIN_LAME_DUCK_SECONDS = 30;

  /** Maximum duration of lame duck mode; with a longer one a rollout would hardly end. */
  public static final int MAX_LAME_DUCK_SECONDS = 86_400;

  static final NatsClusterSpec EMPTY = Defaults.of(NatsClusterSpec.class);

  public NatsClusterSpec {
    size = Objects.requireNonNullElse(size, 1);
    version = Defaults.orDefault(version, DEFAULT_VERSION);
    serverImage = Defaults.orDefault(serverImage, DEFAULT_IMAGE);
    natsConfig = natsConfig == null ? NatsConfig.EMPTY : natsConfig;
    pod = pod == null ? PodPolicy.EMPTY : pod;
    auth = auth == null ? AuthPolicy.EMPTY : auth;
    lameDuckDurationSeconds =
        lameDuckDurationSeconds == null || lameDuckDurationSeconds == 0
            ? MIN_LAME_DUCK_SECONDS
            : lameDuckDurationSeconds;
    extraRoutes = Defaults.withoutNulls(extraRoutes);
  }

  /**
   * Declared explicitly, so that it does not inherit the rules of the component. The CRD generator
   * collects the rules of the field and of the accessor, so each would be in the CRD twice
   * (AbstractJsonSchema.collectValidationRules in fabric8 7.9.0).
   */
  @Override
  public Integer lameDuckDurationSeconds() {
    return lameDuckDurationSeconds;
  }

  /** Whether servers and Services must not be changed. */
  @JsonIgnore
  public boolean isPaused() {
    return Boolean.TRUE.equals(paused);
  }
}
