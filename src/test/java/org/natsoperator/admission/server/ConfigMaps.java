package org.natsoperator.admission.server;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.natsoperator.testing.OneAttempt;
import org.natsoperator.testing.Sandbox;

/** Creates ConfigMaps as a dry run. Each creation is a single request, without a retry. */
record ConfigMaps(KubernetesClient client, String namespace) implements AutoCloseable {

  /** Label value of the ConfigMaps that the mutating webhook of {@link Configurations} gets. */
  static final String PATCHED = "patched";

  /** Label value of the ConfigMaps that a validating webhook rejects. */
  static final String REFUSED = "refused";

  static ConfigMaps in(Sandbox sandbox) {
    return new ConfigMaps(OneAttempt.of(sandbox.client()), sandbox.namespace());
  }

  ConfigMap create(String label) {
    return create(label, Map.of());
  }

  ConfigMap create(String label, Map<String, String> data) {
    ConfigMap map =
        new ConfigMapBuilder()
            .withData(data)
            .withNewMetadata()
            .withNamespace(namespace)
            .withGenerateName("a-")
            .addToLabels("case", label)
            .endMetadata()
            .build();
    return client.resource(map).dryRun().create();
  }

  @Override
  public void close() {
    client.close();
  }
}
