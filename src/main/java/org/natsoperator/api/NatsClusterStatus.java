package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/** The observed state of a cluster. */
@JsonClassDescription("The observed state of the cluster.")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NatsClusterStatus(
    @JsonPropertyDescription("Generation of the cluster that this status describes.")
        Long observedGeneration,
    @StatusReplicas @JsonPropertyDescription("Current number of server pods.") Integer size,
    @JsonPropertyDescription(
            "Version that every ready server runs; absent while they run different versions.")
        String currentVersion,
    @JsonPropertyDescription("Whether spec.paused prevents changes of servers and Services.")
        Boolean controlPaused,
    @JsonPropertyDescription("Ready servers out of spec.size, such as \"3/3\".") String servers,
    @JsonPropertyDescription("Bound roles out of the roles for this cluster, such as \"2/2\".")
        String roles,
    @LabelSelector @JsonPropertyDescription("Label selector of the server pods.") String selector,
    @JsonPropertyDescription(
            "Value of the cluster's annotation nats.io/reissue once every role has a new token and"
                + " every server accepts only the new tokens.")
        String reissued,
    @JsonPropertyDescription("Addresses of the cluster.") Endpoints endpoints,
    @Nullable @JsonPropertyDescription("State of each server, in the order of their numbers.")
        List<ServerStatus> serverStatuses,
    @JsonPropertyDescription(
            "Public keys of the auth callout, with auth.serviceAccountTokens: Projected.")
        CalloutKeys calloutKeys,
    @JsonPropertyDescription(
            "Value of the cluster's annotation nats.io/renew-keys for which the keys of the auth"
                + " callout were created.")
        String renewedKeys,
    @JsonPropertyDescription(
            "Source of the tokens of new client pods, with auth.serviceAccountTokens: Projected. It"
                + " is BoundSecret until every server asks the operator about logins.")
        String serviceAccountTokens,
    @Nullable
        @JsonPropertyDescription(
            "Ready, ConfigApplied, RolesBound, FieldsSupported and Managed; CalloutReady while"
                + " servers ask the operator about logins; LoginsAccepted if servers report refused"
                + " ones. The message of each says what to do.")
        List<Condition> conditions) {

  public NatsClusterStatus {
    conditions = Defaults.complete(conditions);
    serverStatuses = Defaults.withoutNulls(serverStatuses);
  }

  /** A status with only conditions. */
  public static NatsClusterStatus of(List<Condition> conditions) {
    return Defaults.of(NatsClusterStatus.class).withConditions(conditions);
  }

  /** The same status with other conditions. */
  public NatsClusterStatus withConditions(List<Condition> other) {
    return new NatsClusterStatus(
        observedGeneration,
        size,
        currentVersion,
        controlPaused,
        servers,
        roles,
        selector,
        reissued,
        endpoints,
        serverStatuses,
        calloutKeys,
        renewedKeys,
        serviceAccountTokens,
        other);
  }
}
