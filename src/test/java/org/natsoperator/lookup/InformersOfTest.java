package org.natsoperator.lookup;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;

/** The informers of a test, and Secrets for them. Keep it in an AutoClose field. */
final class InformersOfTest implements AutoCloseable {

  private SharedInformers informers;

  /** Informers that watch these namespaces and are not started. */
  SharedInformers create(KubernetesClient client, Sandbox... watched) {
    Set<String> namespaces =
        Stream.of(watched).map(Sandbox::namespace).collect(Collectors.toUnmodifiableSet());
    informers = new SharedInformers(client, OperatorPropertiesFixture.watching(namespaces).build());
    return informers;
  }

  SharedInformers notStarted(Sandbox sandbox) {
    return create(sandbox.client(), sandbox);
  }

  SharedInformers started(Sandbox sandbox) {
    notStarted(sandbox);
    start();
    return informers;
  }

  /** Starts the informers, and waits until they have listed their objects. */
  void start() {
    informers.start();
    await()
        .until(
            () ->
                Stream.of(
                        informers.secrets(),
                        informers.roles(),
                        informers.clusters(),
                        informers.serviceAccounts(),
                        informers.serverPods())
                    .allMatch(SharedInformer::hasSynced));
  }

  /** A Secret with the name {@code a}. */
  static Secret createSecret(Sandbox sandbox) {
    return createSecret(sandbox, "a", List.of());
  }

  /** A Secret with the labels of the operator; the data are keys and values. */
  static Secret createSecret(
      Sandbox sandbox, String name, List<OwnerReference> owners, String... data) {
    SecretBuilder secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(sandbox.namespace())
            .withOwnerReferences(owners)
            .addToLabels("app", "nats")
            .addToLabels("nats_cluster", "example-nats")
            .endMetadata();
    for (int i = 0; i < data.length; i += 2) {
      secret.addToData(data[i], data[i + 1]);
    }
    return sandbox.client().resource(secret.build()).create();
  }

  @Override
  public void close() {
    if (informers != null) {
      informers.stop();
    }
  }
}
