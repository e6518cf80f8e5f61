package org.natsoperator.testing;

import java.util.Set;
import org.natsoperator.settings.ImagePullSecrets;
import org.natsoperator.settings.ImageRegistry;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.settings.OperatorProperties;

/**
 * Builds {@link OperatorProperties}. By default the pod {@code pod} in the namespace {@code
 * default} watches all namespaces, without a ServiceAccount and without NetworkPolicies.
 */
public record OperatorPropertiesFixture(
    String namespace, String serviceAccountName, Set<String> watchNamespaces) {

  public static final String POD = "pod";

  /** Watches these namespaces; all if there are none. */
  public static OperatorPropertiesFixture watching(String... namespaces) {
    return watching(Set.of(namespaces));
  }

  public static OperatorPropertiesFixture watching(Set<String> namespaces) {
    return new OperatorPropertiesFixture("default", "", namespaces);
  }

  /** Sets the operator's own namespace. */
  public OperatorPropertiesFixture namespace(String own) {
    return new OperatorPropertiesFixture(own, serviceAccountName, watchNamespaces);
  }

  public OperatorPropertiesFixture serviceAccountName(String name) {
    return new OperatorPropertiesFixture(namespace, name, watchNamespaces);
  }

  public OperatorProperties build() {
    return new OperatorProperties(
        namespace,
        POD,
        serviceAccountName,
        watchNamespaces,
        NetworkPolicySettings.of(""),
        ImageRegistry.OF_RUNTIME,
        ImagePullSecrets.of(""));
  }
}
