package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The observed state of a role. */
@JsonClassDescription("The observed state of the role.")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NatsServiceRoleStatus(
    @JsonPropertyDescription("Generation of the role that this status describes.")
        Long observedGeneration,
    @JsonPropertyDescription("NATS user that clients of this role log in as.") String user,
    @JsonPropertyDescription("Namespace of the cluster that the role is for.")
        String clusterNamespace,
    @JsonPropertyDescription("ServiceAccount that the role binds, as namespace/name.")
        String serviceAccount,
    @JsonPropertyDescription("Secret with the user's password in its key \"token\".")
        String tokenSecret,
    @JsonPropertyDescription(
            "Value of the annotation nats.io/reissue at the last completed token rotation.")
        String reissued,
    @JsonPropertyDescription(
            "Servers on which the role is in force, out of all servers of the cluster, such as"
                + " \"3/3\".")
        String inForce,
    @Nullable
        @JsonPropertyDescription(
            "Bound: the ServiceAccount has a verified token. InForce: every server has confirmed"
                + " the role. Ready: both.")
        List<Condition> conditions) {

  public NatsServiceRoleStatus {
    conditions = Defaults.complete(conditions);
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
