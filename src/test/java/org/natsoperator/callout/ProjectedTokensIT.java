package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.config.Ports;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Pods log in with tokens of their own, on a real server that asks the operator. */
@OperatorTest
class ProjectedTokensIT {

  private static final String POD = "client";
  private static final String USER = "nats-user";
  private static final String FINALIZER = "example.com/held";

  @Autowired private MeterRegistry meters;
  @Autowired private SystemAccountClient systemAccount;

  private Sandbox sandbox;
  private LoopbackCluster servers;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(cluster("{}"), Manifests.serviceAccount(USER), Manifests.role(USER, "foo"));
    servers = LoopbackCluster.of(CLUSTER, sandbox);
    sandbox.apply(PodTokens.pod(POD, USER));
    String token = podToken(POD);
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));
  }

  @AfterEach
  void stop() throws InterruptedException {
    servers.close();
  }

  @Test
  void podHasPermissionsOfItsRole() throws Exception {
    sandbox.apply(Manifests.serviceAccount("admin"), Manifests.role("admin", ">"));
    sandbox.apply(PodTokens.pod("admin", "admin"));
    String admin = PodTokens.of(sandbox, "admin", "admin");
    await().untilAsserted(() -> assertThat(login(admin)).isEqualTo(WELCOME));

    try (NatsClient witness = server().login("any", admin);
        NatsClient client = server().login("any", podToken(POD))) {
      assertThat(client.publish("foo", witness)).isEqualTo(ALLOWED);
      assertThat(client.publish("bar", witness)).isEqualTo(REFUSED);
      assertThat(client.subscribe("foo", witness)).isEqualTo(ALLOWED);
      assertThat(client.subscribe("bar", witness)).isEqualTo(REFUSED);
    }
  }

  @Test
  void deletedPodIsRefused() {
    String token = podToken(POD);
    assertThat(login(token)).isEqualTo(WELCOME);

    deletePod();

    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(REFUSAL));
  }

  @Test
  void recreatedServiceAccountDoesNotInheritTokens() {
    String token = podToken(POD);

    sandbox.delete(sandbox.serviceAccount(USER));
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(REFUSAL));
    sandbox.apply(Manifests.serviceAccount(USER));

    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(login(token)).isEqualTo(REFUSAL));
    await().untilAsserted(() -> assertThat(login(podToken(POD))).isEqualTo(WELCOME));
  }

  @Test
  void invalidTokensAreRefusedWithoutTokenReview() {
    String otherAudience =
        PodTokens.of(sandbox, USER, POD, "nats://other.%s.svc".formatted(sandbox.namespace()));
    double before = reviews();

    assertThat(login(otherAudience)).isEqualTo(REFUSAL);
    assertThat(login("")).isEqualTo(REFUSAL);
    assertThat(login("garbage")).isEqualTo(REFUSAL);
    assertThat(login(podToken(POD) + "x")).isEqualTo(REFUSAL);
    assertThat(server().answerTo("_nobody", "any")).isEqualTo(REFUSAL);
    assertThat(reviews()).isEqualTo(before);
    assertThat(meters.get("nats.operator.callout.server.refusals").counter().count()).isPositive();
  }

  @Test
  void oneTokenReviewServesManyLogins() {
    String token = podToken(POD);
    double before = reviews();

    for (int i = 0; i < 20; i++) {
      assertThat(login(token)).isEqualTo(WELCOME);
    }

    assertThat(reviews()).isEqualTo(before + 1);
  }

  /** No informer watches it, so the operator asks the API server from time to time. */
  @Test
  void podWithoutLabelIsConnectedUntilItIsDeleted() throws Exception {
    sandbox.apply(PodTokens.pod("unlabelled", USER, "{}"));
    String token = podToken("unlabelled");
    try (NatsClient client = server().login("any", token)) {
      assertThat(client.isConnected()).isTrue();

      deletePod("unlabelled");

      await()
          .atMost(Duration.ofSeconds(45))
          .untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      await().untilAsserted(() -> assertThat(login(token)).isEqualTo(REFUSAL));
    }
  }

  @Test
  void podThatLosesItsLabelStaysConnected() throws Exception {
    String token = podToken(POD);
    try (NatsClient client = server().login("any", token)) {
      sandbox
          .client()
          .pods()
          .inNamespace(sandbox.namespace())
          .withName(POD)
          .edit(
              pod -> {
                pod.getMetadata().setLabels(null);
                return pod;
              });

      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(client.isConnected()).isTrue());
      assertThat(login(token)).isEqualTo(WELCOME);
    }
  }

  @Test
  void tokenWithoutPodNeedsPermission() {
    String token = PodTokens.withoutPod(sandbox, USER);
    assertThat(login(token)).isEqualTo(REFUSAL);

    sandbox.apply(cluster("{tokensWithoutPod: true}"));

    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));
  }

  @Test
  void secretExistsWhileAPodMountsIt() {
    assertThat(sandbox.roleCondition(USER, "Ready").getReason()).isEqualTo("InForce");
    assertThat(sandbox.roleCondition(USER, "Bound").getReason()).isEqualTo("PodTokens");
    assertThat(sandbox.role(USER).getStatus().tokenSecret()).isNull();
    assertThat(sandbox.token(USER, CLUSTER)).isEmpty();

    sandbox.apply(
        PodTokens.podWithSecret("mounts", USER), PodTokens.podWithSecret("unlabelled", USER, "{}"));
    await().untilAsserted(() -> assertThat(sandbox.token(USER, CLUSTER)).isPresent());
    deletePod("mounts");
    await()
        .during(Duration.ofSeconds(35))
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(sandbox.token(USER, CLUSTER)).isPresent());
    deletePod("unlabelled");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sandbox.token(USER, CLUSTER)).isEmpty());
    await().untilAsserted(() -> assertThat(sandbox.role(USER).getStatus().tokenSecret()).isNull());
  }

  @Test
  void tokenOfSecretLogsInUntilTheSecretIsDeleted() throws Exception {
    sandbox.apply(PodTokens.podWithSecret("mounts", USER));
    String token = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));
    assertThat(login(token + "x")).isEqualTo(REFUSAL);

    try (NatsClient client = server().login("any", token)) {
      sandbox.delete(sandbox.secret(USER + "-" + CLUSTER + "-bound-token"));

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      await().untilAsserted(() -> assertThat(login(token)).isEqualTo(REFUSAL));
    }
  }

  /** Two refusals would close most clients forever. */
  @Test
  void podThatStartsBeforeItsRoleWaits() {
    sandbox.apply(Manifests.serviceAccount("early"));
    sandbox.apply(PodTokens.pod("early", "early"));
    String token = PodTokens.of(sandbox, "early", "early");

    assertThat(login(token)).as("the server pings a client that waits").isEqualTo("PING");

    sandbox.apply(Manifests.role("early", "foo"));
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));
  }

  @Test
  void connectionShowsIdentity() throws Exception {
    try (NatsClient client = server().login("any", podToken(POD))) {
      assertThat(client.isConnected()).isTrue();
      assertThat(server().connections("$G"))
          .anySatisfy(
              connection -> {
                assertThat(connection.path("authorized_user").asText())
                    .isEqualTo("%s/%s/%s".formatted(sandbox.namespace(), USER, POD));
                assertThat(connection.path("tags").toString())
                    .contains("role:" + sandbox.role(USER).getMetadata().getUid() + ":1");
              });
    }
  }

  @Test
  void changedRoleIsInForceAtOnce() throws Exception {
    try (NatsClient client = server().login("any", podToken(POD))) {
      sandbox.apply(Manifests.role(USER, "bar"));

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      assertThat(server().closedConnections())
          .extracting(closed -> closed.reason())
          .contains(RunningServer.KICKED);
    }
    assertThat(reasons()).contains("role_changed");
  }

  @Test
  void limitsOfRoleAreEnforced() throws Exception {
    sandbox.apply(Manifests.role(USER, "foo") + "  limits: {payload: 10}\n");
    String token = podToken(POD);
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));

    await()
        .untilAsserted(
            () ->
                assertThat(answerToPublish(token, 11))
                    .isEqualTo("-ERR 'Maximum Payload Violation'"));
    assertThat(answerToPublish(token, 10)).isEqualTo("PONG");
  }

  /** The server's answer to a message with this number of bytes, and a PING. */
  private String answerToPublish(String token, int bytes) throws Exception {
    try (Socket socket = new Socket(server().pod().getStatus().getPodIP(), Ports.CLIENT)) {
      socket.setSoTimeout(5_000);
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      answers.readLine();
      socket
          .getOutputStream()
          .write(
              "CONNECT {\"user\":\"any\",\"pass\":\"%s\",\"verbose\":false}\r\nPUB foo %d\r\n%s\r\nPING\r\n"
                  .formatted(token, bytes, "x".repeat(bytes))
                  .getBytes(US_ASCII));
      return answers.readLine();
    }
  }

  @Test
  void reissueDisconnectsClients() throws Exception {
    String token = podToken(POD);
    try (NatsClient client = server().login("any", token)) {
      sandbox
          .client()
          .resource(sandbox.role(USER))
          .edit(
              role -> {
                role.getMetadata().setAnnotations(Map.of("nats.io/reissue", "1"));
                return role;
              });
      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
    }
    try (NatsClient client = server().login("any", token)) {
      edit(cluster -> cluster.getMetadata().setAnnotations(Map.of("nats.io/reissue", "1")));
      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
    }
    assertThat(reasons()).contains("reissued");
  }

  /** Servers with a list of users disconnect it by a reload. */
  @Test
  void reissueDisconnectsClientsWithThePreviousTokenOfASecret() throws Exception {
    sandbox.apply(cluster("{tokensWithoutPod: true}"));
    sandbox.apply(PodTokens.podWithSecret("mounts", USER));
    String token = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
    await().untilAsserted(() -> assertThat(login(token)).isEqualTo(WELCOME));
    try (NatsClient client = server().login("any", token)) {
      sandbox
          .client()
          .resource(sandbox.role(USER))
          .edit(
              role -> {
                role.getMetadata().setAnnotations(Map.of("nats.io/reissue", "1"));
                return role;
              });

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      await().untilAsserted(() -> assertThat(login(token)).isEqualTo(REFUSAL));
      String renewed = sandbox.token(USER, CLUSTER).orElseThrow();
      assertThat(login(renewed)).isEqualTo(WELCOME);
    }
  }

  @Test
  void deletedRoleDisconnectsItsClients() throws Exception {
    try (NatsClient client = server().login("any", podToken(POD))) {
      sandbox.delete(sandbox.role(USER));

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
    }
    assertThat(reasons()).contains("role_deleted");
  }

  @Test
  void deletedPodDisconnectsItsClientsOnly() throws Exception {
    sandbox.apply(PodTokens.pod("other", USER));
    try (NatsClient client = server().login("any", podToken(POD));
        NatsClient other = server().login("any", podToken("other"))) {
      deletePod();

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      assertThat(other.isConnected()).isTrue();
    }
    assertThat(reasons()).contains("bound_object_deleted");
  }

  @Test
  void roleOfAnotherClusterDisconnectsItsClients() throws Exception {
    try (NatsClient client = server().login("any", podToken(POD))) {
      sandbox.apply(
          Manifests.role(USER, "foo").replace("nats_cluster: " + CLUSTER, "nats_cluster: other"));

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
    }
    assertThat(reasons()).contains("binding_lost");
  }

  /** A finalizer can keep the cluster and its servers for long. */
  @Test
  void clusterThatIsBeingDeletedDisconnectsItsClients() throws Exception {
    String token = podToken(POD);
    try (NatsClient client = server().login("any", token)) {
      edit(cluster -> cluster.addFinalizer(FINALIZER));
      try {
        sandbox.delete(sandbox.cluster(CLUSTER));

        await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
        assertThat(login(token)).isNotEqualTo(WELCOME);
      } finally {
        edit(cluster -> cluster.removeFinalizer(FINALIZER));
      }
    }
  }

  private void edit(Consumer<NatsCluster> change) {
    sandbox
        .client()
        .resource(sandbox.cluster(CLUSTER))
        .edit(
            cluster -> {
              change.accept(cluster);
              return cluster;
            });
  }

  /** The events of its earlier connection are lost. */
  @Test
  void operatorFindsConnectionsAgainAfterItReconnects() throws Exception {
    try (NatsClient client = server().login("any", podToken(POD))) {
      List<Long> own =
          server().connections("$SYS").stream()
              .filter(connection -> connection.path("name").asText().startsWith("nats-operator/"))
              .map(connection -> connection.get("cid").asLong())
              .toList();
      assertThat(own).hasSize(1);
      systemAccount.close(sandbox.cluster(CLUSTER), server().pod(), server().serverId(), own);
      await().untilAsserted(() -> assertThat(login(podToken(POD))).isEqualTo(WELCOME));
      assertThat(client.isConnected()).isTrue();

      sandbox.apply(Manifests.role(USER, "bar"));

      await().untilAsserted(() -> assertThat(client.isConnected()).isFalse());
    }
  }

  /** Servers would ask it for minutes, and each such login would wait for an answer. */
  @Test
  void replicaThatHangsLosesItsConnection() throws Exception {
    String token = podToken(POD);
    NatsCluster cluster = sandbox.cluster(CLUSTER);
    String uid = cluster.getMetadata().getUid();
    try (Connection hanging =
        systemAccount.open(
            cluster, List.copyOf(servers.pods().values()), "hanging", (changed, event) -> {})) {
      hanging
          .createDispatcher(message -> {})
          .subscribe(CalloutConnector.SUBJECT, CalloutConnector.QUEUE + uid);
      hanging.publish(
          Heartbeats.SUBJECT + uid, Heartbeats.content(Heartbeats.key(hanging)).getBytes());
      hanging.flush(Duration.ofSeconds(5));

      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(hanging.getStatus()).isEqualTo(Connection.Status.CLOSED));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(login(token)).isEqualTo(WELCOME);
    }
  }

  private List<String> reasons() {
    return meters.find("nats.operator.callout.kicks").counters().stream()
        .map(counter -> counter.getId().getTag("reason"))
        .toList();
  }

  private void deletePod() {
    deletePod(POD);
  }

  private void deletePod(String name) {
    sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withName(name)
        .withGracePeriod(0)
        .delete();
  }

  private String login(String token) {
    return servers.pods().values().stream()
        .findFirst()
        .filter(pod -> pod.getStatus().getPodIP() != null)
        .map(pod -> new RunningServer(pod).answerTo("any", token))
        .orElse("no server");
  }

  private RunningServer server() {
    return new RunningServer(servers.pods().values().iterator().next());
  }

  private double reviews() {
    return meters.get("nats.operator.callout.token.reviews").counter().count();
  }

  private String podToken(String pod) {
    return PodTokens.of(sandbox, USER, pod);
  }

  private static String cluster(String projected) {
    return Manifests.cluster(
        """
        size: 1
        version: "2.15.3"
        auth:
          enableServiceAccounts: true
          serviceAccountTokens: Projected
          projected: %s
        """
            .formatted(projected));
  }
}
