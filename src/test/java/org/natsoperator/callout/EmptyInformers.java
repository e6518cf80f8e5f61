package org.natsoperator.callout;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.OperatorPropertiesFixture;

/** Informers that never start; {@code written} makes an object visible for a moment. */
final class EmptyInformers {

  private EmptyInformers() {}

  static SharedInformers create() {
    return new SharedInformers(
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:1").build())
            .build(),
        OperatorPropertiesFixture.watching().build());
  }
}
