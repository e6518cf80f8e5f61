package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.stream.Stream;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.OneAttempt;

/**
 * A release whose webhooks do not answer, so that each request fails that the API server sends to
 * one of them. It watches one namespace, so that other tests are not affected.
 */
final class SilentWebhooks implements AutoCloseable {

  static final String PODS = "pods.nats.io";

  /** The names of the webhooks by kind. */
  static final Map<String, String> KINDS =
      Map.of("NatsServiceRole", "natsserviceroles.nats.io", "NatsCluster", "natsclusters.nats.io");

  final Release release = new Release("hooked", "operator-with-webhooks");
  final String namespace = ChartServer.namespace("hooked");

  /** A client without retries. */
  final KubernetesClient client = OneAttempt.of(ChartServer.client());

  /** Returns when the API server calls the webhooks. */
  void install() {
    upgrade();
    var pod = client.resource(Pods.labeled(namespace, Map.of("nats_cluster", "a")));
    var role = client.resource(object("NatsServiceRole", "new"));
    await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> pod.dryRun().create()).hasMessageContaining(PODS));
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> role.dryRun().create())
                    .hasMessageContaining("natsserviceroles.nats.io"));
  }

  void upgrade(String... values) {
    Stream<String> fixed =
        Stream.of(
            "replicas=0",
            "crds={\"install\": false}",
            "watchNamespaces=[\"%s\"]".formatted(namespace));
    release.upgrade(Stream.concat(fixed, Stream.of(values)).toArray(String[]::new));
  }

  @Override
  public void close() {
    release.uninstall();
  }

  /** A role or cluster with an empty spec. */
  GenericKubernetesResource object(String kind, String name) {
    var object = new GenericKubernetesResource();
    object.setApiVersion("nats.io/v1alpha2");
    object.setKind(kind);
    object.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    object.setAdditionalProperty("spec", Map.of());
    return object;
  }
}
