package org.natsoperator.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * Does one thing after the other although the API server refuses one of them: what takes rights
 * away from one server must not wait for another. Where it does not answer at all nothing more is
 * tried.
 */
final class DeferredFailures {

  private KubernetesClientException first;

  /**
   * @throws KubernetesClientException if the API server did not answer
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
   * @throws KubernetesClientException the first of the refusals, if there were any
   */
  void end() {
    if (first != null) {
      throw first;
    }
  }
}
