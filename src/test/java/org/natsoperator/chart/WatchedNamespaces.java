package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.NatsOperatorApplication;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.RequestLog;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Two namespaces that an operator watches, and another one. */
final class WatchedNamespaces {

  static final String KEYS = "nats-cluster-";

  private static final Release RELEASE = ChartServer.SOME;

  final String one = ChartServer.namespace("one");
  final String two = ChartServer.namespace("two");
  final String other = ChartServer.namespace("other");
  final RequestLog requests = new RequestLog();

  /** Installs the chart for the two namespaces. */
  void install() {
    RELEASE.upgrade(
        "replicas=0",
        "crds={\"install\": false}",
        "webhooks={\"enabled\": false}",
        "watchNamespaces=[\"%s\",\"%s\"]".formatted(one, two));
  }

  /** Starts the operator with only the permissions of the chart. */
  ConfigurableApplicationContext startOperator() {
    KubernetesClient client = requests.record(ChartServer.as(RELEASE.user()));
    return new SpringApplicationBuilder(NatsOperatorApplication.class)
        .initializers(context -> replaceBean(client, (GenericApplicationContext) context))
        .run(
            "--server.port=0",
            "--operator.namespace=" + RELEASE.namespace(),
            "--operator.service-account-name=" + RELEASE.serviceAccount(),
            "--operator.watch-namespaces=" + one + "," + two);
  }

  /** The operator's own client would have administrator permissions here. */
  private static void replaceBean(KubernetesClient client, GenericApplicationContext context) {
    context.registerBean(
        "impersonating", KubernetesClient.class, () -> client, bean -> bean.setPrimary(true));
  }

  /** Creates both key Secrets of a deleted cluster. */
  void createOrphanedKeys(String clusterNamespace) {
    createOrphan(KEYS + clusterNamespace, clusterNamespace);
    createOrphan(KEYS + clusterNamespace + "-callout", clusterNamespace);
  }

  private static void createOrphan(String name, String clusterNamespace) {
    var keys =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(RELEASE.namespace())
            .addToLabels("nats.io/cluster-keys", "true")
            .addToAnnotations("nats.io/cluster-namespace", clusterNamespace)
            .endMetadata()
            .build();
    ChartServer.client().resource(keys).create();
  }

  List<String> keys() {
    return ChartServer.client()
        .secrets()
        .inNamespace(RELEASE.namespace())
        .withLabel("nats.io/cluster-keys")
        .list()
        .getItems()
        .stream()
        .map(keys -> keys.getMetadata().getName())
        .toList();
  }

  /** Creates a cluster with a role and its ServiceAccount. */
  void createClusterAndRole(String namespace) {
    apply(namespace, Manifests.cluster(), NatsCluster.class);
    var account =
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName("user")
            .withNamespace(namespace)
            .endMetadata()
            .build();
    ChartServer.client().resource(account).create();
    apply(namespace, Manifests.role("user", "foo"), NatsServiceRole.class);
  }

  <T extends HasMetadata> void apply(String namespace, String manifest, Class<T> type) {
    ChartServer.client()
        .resource(Serialization.unmarshal(manifest, type))
        .inNamespace(namespace)
        .create();
  }

  void awaitTokens() {
    for (String namespace : new String[] {one, two}) {
      await().untilAsserted(() -> assertThat(cluster(namespace).getStatus()).isNotNull());
      await()
          .untilAsserted(() -> assertThat(cluster(namespace).getStatus().roles()).isEqualTo("1/1"));
      await().untilAsserted(() -> assertThat(token(namespace)).isPositive());
    }
  }

  /** The data of the Secrets of clients and servers, and of the operator's keys, by name. */
  Map<String, Map<String, String>> secrets() {
    return Stream.of(one, two, RELEASE.namespace())
        .flatMap(
            namespace ->
                ChartServer.client().secrets().inNamespace(namespace).list().getItems().stream())
        .filter(secret -> !secret.getMetadata().getName().startsWith("sh.helm.release"))
        .collect(
            Collectors.toMap(
                secret ->
                    secret.getMetadata().getNamespace() + "/" + secret.getMetadata().getName(),
                Secret::getData));
  }

  NatsCluster cluster(String namespace) {
    return ChartServer.client()
        .resources(NatsCluster.class)
        .inNamespace(namespace)
        .withName(Manifests.CLUSTER)
        .get();
  }

  private static int token(String namespace) {
    var secret =
        ChartServer.client()
            .secrets()
            .inNamespace(namespace)
            .withName("user-" + Manifests.CLUSTER + "-bound-token")
            .get();
    return secret == null || secret.getData() == null ? 0 : secret.getData().get("token").length();
  }
}
