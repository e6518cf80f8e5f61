package org.natsoperator.settings;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an installation decides; set as {@code OPERATOR_NAMESPACE} and so on.
 *
 * @param namespace where the operator runs and keeps the keys of its clusters
 * @param podName this replica, for the lease and for Events
 * @param serviceAccountName the operator's own; empty outside a cluster
 * @param watchNamespaces where it looks after clusters and roles; empty means everywhere
 * @param networkPolicy of the server pods
 */
@ConfigurationProperties("operator")
public record OperatorProperties(
    @DefaultValue("default") String namespace,
    @DefaultValue("nats-operator") String podName,
    @DefaultValue("") String serviceAccountName,
    @DefaultValue Set<String> watchNamespaces,
    @DefaultValue("") NetworkPolicySettings networkPolicy) {}
