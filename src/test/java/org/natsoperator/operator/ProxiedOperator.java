package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.natsoperator.NatsOperatorApplication;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.admission.server.Caller;
import org.natsoperator.admission.server.HostileBodies;
import org.natsoperator.admission.server.Replica;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.ApiServerProxy;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.FreePorts;
import org.natsoperator.testing.Stopwatch;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A replica whose requests to the API server go through its own proxy. */
record ProxiedOperator(
    ConfigurableApplicationContext context, ApiServerProxy proxy, Caller webhooks) {

  /** With the timeout of the chart, as the API server sends it. */
  private static final String PODS = WebhookPaths.PODS + "?timeout=5s";

  /** The caches contain neither the role nor the cluster, so the webhook looks them up. */
  private static final String POD =
      HostileBodies.review(
          """
          "uid": "7", "operation": "CREATE", "kind": {"kind": "Pod"}, "namespace": "%s", \
          "object": {"metadata": {"name": "client", "labels": {"nats_cluster": "unknown-nats"}}, \
          "spec": {"serviceAccountName": "unknown", "containers": [{"name": "client"}]}}\
          """);

  /** The longest time until the webhooks answer. */
  private static final Duration SOON = Duration.ofSeconds(3);

  static ProxiedOperator start(String namespace, String pod) {
    ApiServerProxy proxy = ApiServerProxy.of(ChartServer.kubeconfig());
    int port = FreePorts.one();
    Map<String, String> before = setProperties(connection(proxy));
    try {
      ConfigurableApplicationContext context =
          new SpringApplicationBuilder(NatsOperatorApplication.class)
              .run(
                  "--server.port=0",
                  "--operator.namespace=" + namespace,
                  "--operator.watch-namespaces=" + namespace,
                  "--operator.pod-name=" + pod,
                  "--operator.webhooks.enabled=true",
                  "--operator.webhooks.port=" + port,
                  "--operator.webhooks.configuration=" + namespace,
                  "--operator.webhooks.secret=webhooks",
                  "--operator.webhooks.shutdown-delay=0s");
      ProxiedOperator operator =
          new ProxiedOperator(context, proxy, Caller.trusting(authorities(namespace), port));
      await().ignoreExceptions().untilAsserted(operator::assertAnswers);
      return operator;
    } finally {
      setProperties(before);
    }
  }

  /** A user with all permissions who may write Secrets with the labels of another operator. */
  private static Map<String, String> connection(ApiServerProxy proxy) {
    return Map.of(
        Config.KUBERNETES_KUBECONFIG_FILE,
        proxy.kubeconfig().toString(),
        Config.KUBERNETES_IMPERSONATE_USERNAME,
        ChartServer.RESTORE_USER,
        Config.KUBERNETES_IMPERSONATE_GROUP,
        "system:masters");
  }

  /** Sets system properties, removes those that are empty, and returns the previous values. */
  private static Map<String, String> setProperties(Map<String, String> properties) {
    Map<String, String> before = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          before.put(name, System.getProperty(name, ""));
          if (value.isEmpty()) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
    return before;
  }

  private static String authorities(String namespace) {
    return await()
        .ignoreException(KubernetesClientException.class)
        .until(
            () -> ChartServer.client().secrets().inNamespace(namespace).withName("webhooks").get(),
            secret -> secret != null)
        .getData()
        .get("ca.crt");
  }

  boolean leads() {
    return context.getBean(Leadership.class).isHeld();
  }

  /** Only the leader exports metrics about roles. */
  boolean exportsRoles() {
    return context.getBean(MeterRegistry.class).find("nats.operator.roles").gauge() != null;
  }

  void assertAnswers() {
    var answer = webhooks.postLater(WebhookPaths.CLUSTERS, Replica.REVIEW);
    Stopwatch.within(SOON, () -> assertThat(answer).isDone());
    assertThat(answer).isCompletedWithValue(200);
  }

  /**
   * Begins a review of a pod that needs a lookup. If the API server does not respond in time, the
   * webhook injects the pod without the answer.
   *
   * @param warning a part of the warning in the response
   */
  Runnable beginPodReview(String namespace, String warning) {
    var answer = webhooks.answerLater(PODS, POD.formatted(namespace));
    return () -> {
      Stopwatch.within(SOON, () -> assertThat(answer).isDone());
      assertThat(answer.join().statusCode()).isEqualTo(200);
      assertThat(answer.join().body()).contains("\"allowed\":true", "\"patch\":", warning);
    };
  }

  void close() throws IOException {
    context.close();
    proxy.close();
  }
}
