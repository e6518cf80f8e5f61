package org.natsoperator.settings;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of an installation, for example {@code OPERATOR_NAMESPACE}.
 *
 * @param namespace of the operator and of the keys of its clusters
 * @param podName this replica, for the lease and for Events
 * @param serviceAccountName the operator's own; empty outside a cluster
 * @param watchNamespaces namespaces whose clusters and roles are reconciled; empty means all
 * @param networkPolicy of the server pods
 * @param imageRegistry of the server pods
 * @param imagePullSecrets of the server pods, in addition to those of each cluster
 */
@ConfigurationProperties("operator")
public record OperatorProperties(
    @DefaultValue("default") String namespace,
    @DefaultValue("nats-operator") String podName,
    @DefaultValue("") String serviceAccountName,
    @DefaultValue Set<String> watchNamespaces,
    @DefaultValue("") NetworkPolicySettings networkPolicy,
    @DefaultValue("") ImageRegistry imageRegistry,
    @DefaultValue("") ImagePullSecrets imagePullSecrets) {

  /** Whether the operator watches this namespace. */
  public boolean watches(String name) {
    return watchNamespaces.isEmpty() || watchNamespaces.contains(name);
  }

  public ServerImages serverImages() {
    return new ServerImages(imageRegistry, imagePullSecrets);
  }
}
