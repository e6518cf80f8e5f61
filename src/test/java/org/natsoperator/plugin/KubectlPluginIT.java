package org.natsoperator.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.plugin.PluginFixture.assertOutput;
import static org.natsoperator.plugin.PluginFixture.runPod;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/**
 * {@code kubectl nats} against the real API server, with a real nats-server. The files in {@code
 * src/test/resources/kubectl-plugin} contain its output, without names and times that differ.
 */
@OperatorTest
class KubectlPluginIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void showsRunningClusterAndItsClient(Sandbox sandbox, @TempDir Path folder) throws Exception {
    sandbox.apply(
        Manifests.cluster("size: 1\nversion: \"2.15.3\"\nauth: {enableServiceAccounts: true}\n"),
        Manifests.serviceAccount("shop"),
        Manifests.role("shop", "orders.*"));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      await()
          .atMost(TIMEOUT)
          .until(() -> "True".equals(sandbox.clusterCondition(CLUSTER, "Ready").getStatus()));
      sandbox.awaitRole("shop", "Ready");
      runPod(sandbox, "client", clientPod("shop", CLUSTER, sandbox.namespace()));
      RunningServer server = new RunningServer(servers.pods().get(CLUSTER + "-1"));
      server.answerTo("shop", "an old token");
      await().untilAsserted(() -> assertThat(server.closedConnections()).isNotEmpty());
      try (NatsClient client = server.login("shop", token(sandbox))) {
        assertThat(client).isNotNull();
        // A server lists a connection of the operator as a client's until its login ends.
        await().untilAsserted(() -> assertOutput(sandbox, "status", "status", CLUSTER));
        assertOutput(sandbox, "explain-pod-with-old-token", "explain-pod", "client");
        assertReportHasNoPasswords(sandbox, folder.resolve("report"));
      }
    }
  }

  @Test
  void namesWhatClusterWaitsFor(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(1, "2.15.3"), Manifests.role("shop", "orders.*"));
    await().until(() -> sandbox.clusterCondition(CLUSTER, "Ready").getReason() != null);
    awaitReason(sandbox, "ServiceAccountNotFound");
    assertThat(sandbox.kubectlNats("status", CLUSTER))
        .contains(
            "NatsCluster %s/%s: Ready is False".formatted(sandbox.namespace(), CLUSTER),
            "- Ready: ",
            "- role %s/shop: ServiceAccountNotFound: ".formatted(sandbox.namespace()));
  }

  @Test
  void namesErrorIfClusterDoesNotExist(Sandbox sandbox) {
    assertThat(sandbox.kubectlNats("status", "ordres"))
        .contains("error:", "natsclusters.nats.io \"ordres\" not found");
  }

  @Test
  void explainsPodOfClusterThatDoesNotExist(Sandbox sandbox) throws IOException {
    sandbox.apply(
        Manifests.serviceAccount("shop"), clientPod("shop", "ordres", sandbox.namespace()));
    assertOutput(sandbox, "explain-pod-without-cluster", "explain-pod", "client");
  }

  /** The pod was created before the annotation of its role. */
  @Test
  void explainsPodOfClusterThatDoesNotAdmitItsNamespace(Sandbox sandbox, Sandbox core) {
    core.apply(Manifests.cluster(1, "2.15.3"));
    sandbox.apply(
        Manifests.serviceAccount("shop"),
        clientPod("shop", CLUSTER, sandbox.namespace()),
        Manifests.inClusterNamespace(core.namespace(), Manifests.role("shop", "orders.*")));
    awaitReason(sandbox, "NamespaceNotAllowed");
    assertThat(sandbox.kubectlNats("explain-pod", "client"))
        .contains(
            "- The cluster does not admit the namespace %s; add it to its spec.auth.allowedNamespaces."
                .formatted(sandbox.namespace()),
            "- Role: NamespaceNotAllowed: ",
            "- The pod was injected for %s/%s, but it now means %s/%s: an annotation"
                .formatted(sandbox.namespace(), CLUSTER, core.namespace(), CLUSTER),
            "- The pod mounts Secret shop-%s-bound-token, not shop-%s.%s-bound-token"
                .formatted(CLUSTER, CLUSTER, core.namespace()));
  }

  /** The kubelet requests the token of such a pod. */
  @Test
  void explainsPodWithProjectedToken(Sandbox sandbox) {
    sandbox.apply(
        Manifests.serviceAccount("shop"),
        clientPod("shop", CLUSTER, sandbox.namespace()).replace("BoundSecret", "Projected"));
    assertThat(sandbox.kubectlNats("explain-pod", "client"))
        .contains("  token:        from the kubelet")
        .doesNotContain("The pod cannot start");
  }

  @Test
  void explainsPodThatWasNotInjected(Sandbox sandbox) {
    sandbox.apply(
        Manifests.serviceAccount("shop"),
        podWithoutToken(", labels: {nats_cluster: example-nats}"));
    assertThat(sandbox.kubectlNats("explain-pod", "client"))
        .contains("- The pod was not injected:", "Recreate it.");
  }

  @Test
  void explainsPodWithoutLabel(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("shop"), podWithoutToken(""));
    assertThat(sandbox.kubectlNats("explain-pod", "client"))
        .contains("- The pod has no label nats_cluster, so it is not a client;");
  }

  /** The first reason may be that the operator does not see the cluster yet. */
  private static void awaitReason(Sandbox sandbox, String reason) {
    await().until(() -> reason.equals(sandbox.roleCondition("shop", "Ready").getReason()));
  }

  private static String token(Sandbox sandbox) {
    return sandbox.token("shop", CLUSTER).orElseThrow();
  }

  private static String podWithoutToken(String labels) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: client%s}
    spec:
      serviceAccountName: shop
      containers: [{name: client, image: client}]
    """
        .formatted(labels);
  }

  /** A client pod as the webhook changes it. */
  private static String clientPod(String account, String cluster, String clusterNamespace) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: client
      labels: {nats_cluster: %2$s}
      annotations: {nats.io/injected: %3$s/%2$s=BoundSecret}
    spec:
      serviceAccountName: %1$s
      containers:
        - name: client
          image: client
          env:
            - {name: NATS_USER, value: %1$s}
            - {name: NATS_PASSWORD, value: a-password}
            - {name: NATS_TOKEN, value: a-password}
            - {name: DATABASE, value: "postgres://user:a-password@db"}
          args: [--key=a-password]
          volumeMounts: [{name: nats-token, mountPath: /var/run/secrets/nats.io, readOnly: true}]
      volumes:
        - name: nats-token
          secret: {secretName: %1$s-%2$s-bound-token, items: [{key: token, path: token}]}
    """
        .formatted(account, cluster, clusterNamespace);
  }

  private static void assertReportHasNoPasswords(Sandbox sandbox, Path folder) throws IOException {
    assertThat(sandbox.kubectlNats("report", folder.toString()))
        .contains("Read them before you share them");
    List<String> passwords = new ArrayList<>(List.of("a-password"));
    for (Secret secret :
        sandbox.client().secrets().inNamespace(sandbox.namespace()).list().getItems()) {
      secret
          .getData()
          .forEach(
              (key, data) -> {
                passwords.add(data);
                passwords.add(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
              });
    }
    assertThat(passwords).contains(token(sandbox));
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .contains(
              "natsclusters.json",
              "natsserviceroles.json",
              "client-pods.json",
              "server-pods.json",
              "secrets.txt",
              "not-read.txt",
              "%s-%s-1-varz.json".formatted(sandbox.namespace(), CLUSTER));
      assertThat(all)
          .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain(passwords));
    }
    assertThat(Files.readString(folder.resolve("client-pods.json")))
        .contains("REDACTED", "\"value\": \"shop\"", "nats.io/injected");
    assertThat(Files.readString(folder.resolve("secrets.txt")))
        .contains("shop-%s-bound-token".formatted(CLUSTER));
  }
}
