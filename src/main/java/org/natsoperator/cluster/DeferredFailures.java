package org.natsoperator.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * Runs tasks one after the other and throws the first failure at the end. So a revocation on one
 * server does not wait for another server. It stops at once if the API server does not respond.
 */
final class DeferredFailures {

  private KubernetesClientException first;

  /**
   * @throws KubernetesClientException if the API server did not respond
   */
  void run(Runnable attempt) {
    try {
      attempt.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 0) {
        throw e;
      }
      first = first == null ? e : first;
    }
  }

  /**
   * @throws KubernetesClientException the first failure, if there was one
   */
  void end() {
    if (first != null) {
      throw first;
    }
  }
}
