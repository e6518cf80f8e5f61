package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/** How a cluster is doing. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NatsClusterStatus(
    @JsonPropertyDescription("Generation of the cluster that this status speaks of.")
        Long observedGeneration,
    @StatusReplicas @JsonPropertyDescription("Number of server pods there are.") Integer size,
    @JsonPropertyDescription("Version that every ready server runs; the old one during a change.")
        String currentVersion,
    @JsonPropertyDescription("Whether spec.paused keeps servers and Services as they are.")
        Boolean controlPaused,
    @PrinterColumn(name = "Servers")
        @JsonPropertyDescription("Ready servers of those wanted, such as \"3/3\".")
        String servers,
    @PrinterColumn(name = "Roles")
        @JsonPropertyDescription("Roles that are bound of those labelled for this cluster.")
        String roles,
    @LabelSelector @JsonPropertyDescription("Label selector of the server pods.") String selector,
    @Nullable
        @JsonPropertyDescription(
            "Ready, ConfigApplied, RolesBound, FieldsSupported and Managed; each says in its"
                + " message what to do.")
        List<Condition> conditions) {

  public NatsClusterStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The same status with other conditions. */
  public NatsClusterStatus withConditions(List<Condition> other) {
    return new NatsClusterStatus(
        observedGeneration, size, currentVersion, controlPaused, servers, roles, selector, other);
  }
}
