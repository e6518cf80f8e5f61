package org.natsoperator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.LooseCrds;
import org.natsoperator.testing.ReleaseTest;

/**
 * A tenant with the permissions of {@code edit} in one namespace creates the largest objects that
 * the API server accepts, without the chart's admission policies and with CRDs that admit every
 * value, and floods the webhooks. The operator is a process with the chart's memory limit. It runs
 * and serves others.
 *
 * <p>Needs the files of {@code make image-files}, and root for the limit.
 */
@ReleaseTest
class HostileObjectsIT {

  /** The heap has 172 MiB, and all these objects have more. */
  private static final int MOST_LIVE_MIB = 60;

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration LONG_TIMEOUT = Duration.ofMinutes(4);
  private static final String INNOCENT = "innocent";
  private static final String HOSTILE = "hostile";
  private static final String CLUSTER = "example-nats";
  private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");
  private static final Pattern PORT = Pattern.compile("Serving webhooks.*port=(\\d+)");

  /** More than the webhooks keep open. */
  private static final int CONNECTIONS = 250;

  private static final int PODS = 300;

  /** Replaces a webhook that the operator has given its certificate. */
  private static final String WEBHOOK =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: %sWebhookConfiguration
      metadata: {name: nats-operator}
      webhooks:
        - name: none.nats.io
          clientConfig: {url: "https://localhost:%d/%s"}
          rules: [{apiGroups: ["%s"], apiVersions: ["%s"], operations: [CREATE], resources: [%s]}]
          sideEffects: None
          failurePolicy: Ignore
          timeoutSeconds: 30
          admissionReviewVersions: [v1]
      """;

  @Test
  void operatorRunsBesideObjectsOfHostileTenant() throws Exception {
    try (StandaloneApiServer server = StandaloneApiServer.start()) {
      KubernetesClient client = server.client();
      LooseCrds.install(client);
      OperatorProcess.train(server);
      Manifest.namespace(OperatorProcess.NAMESPACE).applyTo(client);
      OperatorProcess.createWebhookConfigurations(server);
      createInnocent(client);
      Manifest.namespace(HOSTILE).applyTo(client);
      HostileObjects tenant = new HostileObjects(client, HOSTILE);
      createAll(tenant, 0, 2);
      tenant.createHugeCluster();
      tenant.createProjectedCluster();
      try (LimitedOperator operator = LimitedOperator.start(server)) {
        operator.awaitReady();
        StatefulSet set =
            await().atMost(TIMEOUT).until(() -> statefulSet(client), Objects::nonNull);
        try (LoopbackServer nats = LoopbackServer.of(set, client)) {
          assertEditTakesEffect(client, "after the start");
          createAll(tenant, 2, 3);
          tenant.createUnreadableCluster();
          int port = createWebhooks(server);
          try (IdleConnections idle = IdleConnections.open(port, CONNECTIONS)) {
            assertRejected(tenant);
            assertThat(HostileReview.ofManyContainers(HOSTILE).send(port))
                .contains("\"allowed\":false", "spec.containers: the pod has 200001 containers");
            long before = operator.admissionRequests(WebhookPaths.PODS);
            tenant.createPodsOfMissingClusters(PODS);
            assertThat(operator.admissionRequests(WebhookPaths.PODS) - before)
                .as("reviewed pods")
                .isGreaterThan(PODS / 2);
            assertEditTakesEffect(client, "while objects are created");
            // Two minutes after the start, a check reads all client pods.
            await().atMost(LONG_TIMEOUT).until(() -> operator.uninjectedPods() > PODS / 3);
          }
        }
        assertThat(liveMiB(operator.process().process().pid()))
            .as("MiB of live objects in the heap")
            .isLessThan(MOST_LIVE_MIB);
        assertThat(operator.ended()).isFalse();
        assertThat(operator.kills()).isZero();
      }
    }
  }

  /**
   * A third of 90 Secrets and server pods, 225 ServiceAccounts, 60 objects of each other kind, and
   * 120 pods and ServiceAccounts of many parts or long names per step.
   */
  private static void createAll(HostileObjects tenant, int from, int to) throws Exception {
    tenant.createSecrets(30 * from, 30 * to);
    tenant.createServiceAccounts(75 * from, 75 * to);
    tenant.createClientPods(20 * from, 20 * to);
    tenant.createServerPods(30 * from, 30 * to);
    tenant.createClusters(20 * from, 20 * to);
    tenant.createRoles(20 * from, 20 * to);
    tenant.createChildren(20 * from, 20 * to);
    ObjectsOfManyParts parts = new ObjectsOfManyParts(tenant);
    parts.createServiceAccounts(5 * from, 5 * to);
    parts.createClientPods(5 * from, 5 * to);
    parts.createClientPodsWithLongNames(30 * from, 30 * to);
  }

  private static void createInnocent(KubernetesClient client) {
    Manifest.namespace(INNOCENT).applyTo(client);
    Manifest.of(
            """
            apiVersion: nats.io/v1alpha2
            kind: NatsCluster
            metadata: {name: %s, namespace: %s}
            spec:
              size: 1
              version: "2.15.3"
              pod: {enableConfigReload: true}
              auth: {enableServiceAccounts: true}
            """
                .formatted(CLUSTER, INNOCENT))
        .applyTo(client);
    applyRole(client, "before");
  }

  private static void applyRole(KubernetesClient client, String subject) {
    Manifest.roleWithAccount(INNOCENT, "user", CLUSTER, subject).applyTo(client);
  }

  private static void assertEditTakesEffect(KubernetesClient client, String subject) {
    applyRole(client, subject.replace(' ', '-'));
    await("role in force " + subject)
        .atMost(TIMEOUT)
        .until(
            () -> {
              NatsServiceRole role =
                  client
                      .resources(NatsServiceRole.class)
                      .inNamespace(INNOCENT)
                      .withName("user")
                      .get();
              return role.getStatus() != null
                  && "1/1".equals(role.getStatus().inForce())
                  && role.getMetadata()
                      .getGeneration()
                      .equals(role.getStatus().observedGeneration());
            });
  }

  /** Returns the port of the webhooks. */
  private static int createWebhooks(StandaloneApiServer server) throws IOException {
    Matcher match = PORT.matcher(server.operatorLog());
    assertThat(match.find()).isTrue();
    int port = Integer.parseInt(match.group(1));
    Manifest.of(WEBHOOK.formatted("Mutating", port, WebhookPaths.PODS, "", "v1", "pods"))
        .applyTo(server.client());
    Manifest.of(
            WEBHOOK.formatted(
                "Validating", port, WebhookPaths.ROLES, "nats.io", "v1alpha2", "natsserviceroles"))
        .applyTo(server.client());
    return port;
  }

  /** The webhook is ignored until the API server has read the operator's certificate. */
  private static void assertRejected(HostileObjects tenant) {
    await("rejection of 250,000 errors")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(catchThrowable(() -> tenant.createRoleWithErrors(250_000)))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("spec.permissions.publish[0]")
                    .message()
                    .hasSizeLessThan(100_000));
  }

  private static StatefulSet statefulSet(KubernetesClient client) {
    return client.apps().statefulSets().inNamespace(INNOCENT).withName(CLUSTER).get();
  }

  private static long liveMiB(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    return jcmd(pid, "GC.heap_info")
            .lines()
            .map(GENERATION::matcher)
            .filter(Matcher::find)
            .mapToLong(generation -> Long.parseLong(generation.group(1)))
            .sum()
        >> 10;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jcmd.waitFor()).as(output).isZero();
    return output;
  }
}
