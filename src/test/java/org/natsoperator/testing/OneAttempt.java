package org.natsoperator.testing;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** A client that tells of a failure, where others ask again and again until it is over. */
public final class OneAttempt {

  private OneAttempt() {}

  /** For the same user. */
  public static KubernetesClient of(KubernetesClient client) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration()).withRequestRetryBackoffLimit(0).build())
        .build();
  }
}
