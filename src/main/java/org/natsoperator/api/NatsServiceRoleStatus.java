package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The observed state of a role. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NatsServiceRoleStatus(
    @JsonPropertyDescription("Generation of the role that this status speaks of.")
        Long observedGeneration,
    @PrinterColumn(name = "User")
        @JsonPropertyDescription("NATS user name that clients of this role log in with.")
        String user,
    @JsonPropertyDescription("Namespace of the cluster that the role is for.")
        String clusterNamespace,
    @JsonPropertyDescription("ServiceAccount that the role binds, as namespace/name.")
        String serviceAccount,
    @PrinterColumn(name = "Secret", priority = 1)
        @JsonPropertyDescription("Secret whose key \"token\" is the user's password.")
        String tokenSecret,
    @JsonPropertyDescription(
            "Value of the annotation nats.io/reissue whose request for another token was carried"
                + " out last.")
        String reissued,
    @PrinterColumn(name = "In-Force")
        @JsonPropertyDescription(
            "On how many of the cluster's servers the role is in force, such as \"3/3\".")
        String inForce,
    @Nullable
        @JsonPropertyDescription(
            "Bound: the ServiceAccount has a proven token. InForce: confirmed on every server."
                + " Ready: both.")
        List<Condition> conditions) {

  public NatsServiceRoleStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The same status with other conditions. */
  public NatsServiceRoleStatus withConditions(List<Condition> other) {
    return new NatsServiceRoleStatus(
        observedGeneration,
        user,
        clusterNamespace,
        serviceAccount,
        tokenSecret,
        reissued,
        inForce,
        other);
  }
}
