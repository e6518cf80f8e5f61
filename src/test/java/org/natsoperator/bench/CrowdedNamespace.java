package org.natsoperator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** A namespace with so many client pods that one list of them does not fit into the heap. */
record CrowdedNamespace(StandaloneApiServer server, LimitedOperator operator, String namespace) {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /** Until one role has listed the pods, but less than the time for which the list is used. */
  private static final int SECONDS_OF_LIST = 5;

  private static final String PROJECTED = "projected";

  private static final String PROJECTED_CLUSTER =
      """
      apiVersion: nats.io/v1alpha2
      kind: NatsCluster
      metadata: {name: projected, namespace: %s}
      spec:
        size: 1
        version: "2.15.3"
        paused: true
        auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}
      """;

  /** The API server lists these pods after those of the fleet. */
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: z-%s, namespace: %s, labels: {%s: %s}}
      spec:
        schedulingGates: [{name: example.com/never}]
        containers: [{name: app, image: registry.example.com/app:1.0}]
        volumes: [{name: token, %s}]
      """;

  /** The operator counts it when it checks all pods, two minutes after its start. */
  static void createUninjectedPod(KubernetesClient client, String namespace) {
    createPod(client, namespace, "uninjected", LargeFleet.CLUSTER, "emptyDir: {}");
  }

  /** Fails if the operator needs long, or if it lists pods other than in pages. */
  void issueTokens() throws Exception {
    issue();
    reissue();
    keepOnlyMountedSecrets();
    eventually("uninjected pod found", () -> operator.uninjectedPods() == 1);
    assertListsHavePages();
  }

  private void issue() {
    createPodWithSecret("new", LargeFleet.CLUSTER, secret("new", LargeFleet.CLUSTER));
    createRole("new", LargeFleet.CLUSTER);
    eventually("pod annotated for its first token", () -> !call("new").isEmpty());
  }

  private void reissue() {
    String name = secret("new", LargeFleet.CLUSTER);
    String first = token(find(name));
    String firstCall = call("new");
    server
        .client()
        .resources(NatsServiceRole.class)
        .inNamespace(namespace)
        .withName("new")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\": {\"annotations\": {\"%s\": \"1\"}}}"
                .formatted(NatsApi.REISSUE_ANNOTATION));
    eventually(
        "token replaced",
        () -> !token(find(name)).equals(first) && !PreviousToken.leftIn(find(name)));
    assertThat(call("new")).isNotEqualTo(firstCall);
  }

  /** The Secrets of a cluster whose pods have tokens of their own. */
  private void keepOnlyMountedSecrets() throws InterruptedException {
    Manifest.of(PROJECTED_CLUSTER.formatted(namespace)).applyTo(server.client());
    String kept = secret("kept", PROJECTED);
    String former = secret("former", PROJECTED);
    createPodWithSecret("kept", PROJECTED, kept);
    createPodWithSecret("former", PROJECTED, former);
    createRole("kept", PROJECTED);
    createRole("former", PROJECTED);
    eventually("both Secrets issued", () -> find(kept) != null && find(former) != null);
    createPodWithSecret("unlabelled", "", kept);
    deletePod("kept");
    TimeUnit.SECONDS.sleep(SECONDS_OF_LIST);
    deletePod("former");
    eventually("Secret without a pod deleted", () -> find(former) == null);
    assertThat(find(kept)).as("Secret that a pod without the label mounts").isNotNull();
  }

  private void assertListsHavePages() throws IOException {
    assertThat(
            server.auditLog().since(operator.process().started(), StandaloneApiServer.USER).stream()
                .filter(request -> request.verb().equals("list"))
                .filter(request -> request.resource().equals("pods"))
                .map(AuditLog.Request::uri))
        .isNotEmpty()
        .allMatch(uri -> uri.contains("limit="));
  }

  private void eventually(String what, Callable<Boolean> condition) {
    await(what).atMost(TIMEOUT).until(() -> condition.call() || operator.ended());
    assertThat(operator.ended()).as("ended: %s", operator.lastLines()).isFalse();
  }

  private void createRole(String name, String cluster) {
    Manifest.roleWithAccount(namespace, name, cluster, name).applyTo(server.client());
  }

  private void createPodWithSecret(String name, String cluster, String secret) {
    createPod(
        server.client(), namespace, name, cluster, "secret: {secretName: %s}".formatted(secret));
  }

  private static void createPod(
      KubernetesClient client, String namespace, String name, String cluster, String volume) {
    String label = cluster.isEmpty() ? "example.com/none" : NatsApi.CLUSTER_LABEL;
    Manifest.of(POD.formatted(name, namespace, label, cluster, volume)).applyTo(client);
  }

  private void deletePod(String name) {
    server.client().pods().inNamespace(namespace).withName("z-" + name).delete();
  }

  /** The annotation of a pod that makes its kubelet read the token. */
  private String call(String name) {
    Pod pod = server.client().pods().inNamespace(namespace).withName("z-" + name).get();
    return Optional.ofNullable(pod.getMetadata().getAnnotations())
        .orElse(Map.of())
        .getOrDefault(NatsApi.TOKEN_ISSUED_ANNOTATION, "");
  }

  private Secret find(String secret) {
    return server.client().secrets().inNamespace(namespace).withName(secret).get();
  }

  private static String token(Secret secret) {
    return Objects.requireNonNull(secret).getData().get(TokenSecret.KEY);
  }

  private static String secret(String role, String cluster) {
    return role + "-" + cluster + "-bound-token";
  }
}
