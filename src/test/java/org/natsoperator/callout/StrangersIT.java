package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** A client with all permissions of its account uses the subjects of servers and operator. */
@OperatorTest
class StrangersIT {

  private static final String VICTIM = "victim";
  private static final String CONNECT_EVENT = "$SYS.ACCOUNT.$G.CONNECT";

  /** A replica that hangs loses its connection after a second. */
  private static final Duration AFTER_ANY_EFFECT = Duration.ofSeconds(2);

  @Autowired private MeterRegistry meters;
  @Autowired private SystemAccountClient systemAccount;

  private static Sandbox sandbox;
  private static ProjectedCluster cluster;

  private Connection stranger;
  private Connection operator;

  @BeforeAll
  static void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.create(sandbox);
    sandbox.apply(
        Manifests.serviceAccount("admin"),
        Manifests.role("admin", ">"),
        PodTokens.pod("admin", "admin"),
        PodTokens.pod(VICTIM, USER));
  }

  @BeforeEach
  void connect() throws Exception {
    cluster.awaitLogin();
    String admin = PodTokens.of(sandbox, "admin", "admin");
    await().untilAsserted(() -> assertThat(cluster.login(admin)).isEqualTo(WELCOME));
    Options options =
        Options.builder()
            .server(cluster.server().url())
            .userInfo("any", admin)
            .errorListener(new ErrorListener() {})
            .noNoResponders()
            .noReconnect()
            .build();
    stranger =
        await()
            .atMost(Duration.ofMinutes(2))
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> Nats.connect(options), Objects::nonNull);
    operator = systemAccount.open(sandbox.cluster(CLUSTER), cluster.pods(), "witness");
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    stranger.close();
    operator.close();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void receivesNothingAndAnswersNothing() throws Exception {
    List<String> received = new CopyOnWriteArrayList<>();
    List<String> seenByOperator = new CopyOnWriteArrayList<>();
    for (String subject : List.of(">", "$SYS.>", CalloutConnector.SUBJECT, heartbeats())) {
      stranger
          .createDispatcher(
              message -> {
                received.add(message.getSubject());
                stranger.publish(message.getReplyTo(), "eyJ".getBytes(US_ASCII));
              })
          .subscribe(subject, CalloutConnector.QUEUE + uid());
      operator
          .createDispatcher(message -> seenByOperator.add(message.getSubject()))
          .subscribe(subject);
    }
    stranger.flush(Duration.ofMinutes(1));
    operator.flush(Duration.ofMinutes(1));

    for (int i = 0; i < 10; i++) {
      assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME);
    }

    await()
        .untilAsserted(
            () -> assertThat(seenByOperator).contains(CalloutConnector.SUBJECT, heartbeats()));
    assertThat(received).isEmpty();
  }

  /** The last message would close the connection if it came from a server. */
  @Test
  void messagesHaveNoEffect() throws Exception {
    try (NatsClient victim = cluster.client("any", cluster.podToken(VICTIM))) {
      Message request = requestOfServer();
      Key connection = connectionOfVictim();
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
                      .startsWith("1 replica "));
      double before = effects();

      String inbox = stranger.createInbox();
      Subscription answers = stranger.subscribe(inbox);
      stranger.publish(request.getSubject(), inbox, request.getHeaders(), request.getData());
      stranger.publish(request.getSubject(), inbox, "garbage".getBytes(US_ASCII));
      stranger.publish(
          heartbeats(),
          Heartbeats.content(connection, UUID.randomUUID().toString()).getBytes(US_ASCII));
      stranger.publish(
          ConnectionWatcher.kickSubject(connection),
          inbox,
          ConnectionWatcher.kickRequest(connection).getBytes(US_ASCII));
      stranger.publish(CONNECT_EVENT, eventOfEarlierRole(connection));

      assertThat(answers.nextMessage(AFTER_ANY_EFFECT)).isNull();
      assertThat(victim.isConnected()).isTrue();
      assertThat(effects()).isEqualTo(before);
      assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
          .startsWith("1 replica ");
    }
  }

  /**
   * So the test above sends a valid event. The server does not accept the request even from the
   * operator's own user.
   */
  @Test
  void onlyEventHasAnEffectInTheSystemAccount() throws Exception {
    try (NatsClient victim = cluster.client("any", cluster.podToken(VICTIM))) {
      Message request = requestOfServer();
      double before = effects();

      operator.publish(
          request.getSubject(), operator.createInbox(), request.getHeaders(), request.getData());
      operator.publish(CONNECT_EVENT, eventOfEarlierRole(connectionOfVictim()));

      victim.awaitClosed();
      assertThat(effects()).isEqualTo(before + 1);
    }
  }

  /** A request that a server sends now; a replica accepts it for some seconds. */
  private Message requestOfServer() throws Exception {
    Subscription requests = operator.subscribe(CalloutConnector.SUBJECT);
    operator.flush(Duration.ofMinutes(1));
    assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME);
    Message request = requests.nextMessage(Duration.ofMinutes(1));
    requests.unsubscribe();
    assertThat(request.getHeaders()).isInstanceOf(Headers.class);
    return request;
  }

  private Key connectionOfVictim() {
    JsonNode victim =
        cluster.server().connections("$G").stream()
            .filter(each -> each.path("authorized_user").asText().endsWith("/" + VICTIM))
            .findFirst()
            .orElseThrow();
    return new Key(cluster.server().serverId(), victim.get("cid").asLong());
  }

  private byte[] eventOfEarlierRole(Key connection) {
    String event =
        """
        {"server": {"id": "%s", "cluster": "%s"}, "client": {"id": %d, "tags": [
          "namespace:%s", "account:%s", "role:%s:0", "cluster:0", "renewal:9999999999"]}}
        """
            .formatted(
                connection.serverId(),
                CLUSTER,
                connection.cid(),
                sandbox.namespace(),
                USER,
                sandbox.role(USER).getMetadata().getUid());
    return event.getBytes(US_ASCII);
  }

  private String heartbeats() {
    return Heartbeats.SUBJECT + uid();
  }

  private String uid() {
    return sandbox.cluster(CLUSTER).getMetadata().getUid();
  }

  /** Messages that the operator read, and connections that it closed. */
  private double effects() {
    return Stream.of("decisions", "ignored", "kicks")
        .flatMap(name -> meters.find("nats.operator.callout." + name).counters().stream())
        .mapToDouble(Counter::count)
        .sum();
  }
}
