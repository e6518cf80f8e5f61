package org.natsoperator.testing;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * An {@link ApiServer} on which no operator runs except those that a test starts. Tests take a
 * {@link Sandbox} as parameter.
 */
public final class SeparateApiServer extends Sandboxes {

  private static ApiServerProcess process;
  private static KubernetesClient client;

  @Override
  void start() {
    startOnce();
  }

  @Override
  Sandbox create() {
    return Sandbox.create(client, process.kubeconfig());
  }

  private static synchronized void startOnce() {
    if (process == null) {
      process = ApiServerProcess.start("separate-api-server");
      client = ApiServer.clientOf(process);
    }
  }
}
