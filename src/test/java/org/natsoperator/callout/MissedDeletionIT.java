package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.CalloutReader;
import org.natsoperator.callout.protocol.CalloutResponse;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.cluster.keys.CalloutKeyStore;
import org.natsoperator.cluster.keys.CalloutSeeds;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.nkey.XKey;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A client logged in by a role that was deleted and created again while no replica was running, so
 * no event reports the deletion. The test answers this login like a replica of that time.
 */
@OperatorTest
class MissedDeletionIT {

  private static final Logger LOG = LoggerFactory.getLogger(MissedDeletionIT.class);

  @Autowired private CalloutKeyStore keys;
  @Autowired private LoginObserver observer;
  @Autowired private SystemAccountClient systemAccount;

  private final AtomicInteger answered = new AtomicInteger();
  private Sandbox sandbox;
  private ProjectedCluster projected;
  private String token;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    projected = ProjectedCluster.start(sandbox);
    token = projected.podToken(POD);
  }

  @AfterEach
  void stop() throws InterruptedException {
    projected.close();
  }

  @Test
  void closesOnlyConnectionOfTheEarlierRole() throws Exception {
    NatsCluster cluster = sandbox.cluster(CLUSTER);
    try (NatsClient other = projected.client(USER, token);
        Connection replica = systemAccount.open(cluster, projected.pods(), "earlier")) {
      CalloutSeeds seeds = keys.find(cluster).orElseThrow();
      replica
          .createDispatcher(message -> answer(cluster, seeds, replica, message))
          .subscribe(
              CalloutConnector.SUBJECT, CalloutConnector.QUEUE + cluster.getMetadata().getUid());
      replica.flush(Duration.ofMinutes(1));

      try (NatsClient client = loginThroughEarlierReplica()) {
        assertThat(client.isConnected()).isTrue();

        await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(() -> assertThat(client.isConnected()).isFalse());
        assertThat(other.isConnected()).isTrue();
      }
    }
  }

  /** The server asks any of both replicas. A login fails if neither answers in time. */
  private NatsClient loginThroughEarlierReplica() {
    for (int i = 0; i < 50; i++) {
      answered.set(0);
      try {
        NatsClient client = projected.server().login(USER, token);
        if (answered.get() > 0) {
          return client;
        }
        client.close();
      } catch (UncheckedIOException e) {
        LOG.atInfo().addKeyValue("error", e.toString()).log("A login failed");
      }
    }
    throw new AssertionError("the earlier replica answered no login");
  }

  private void answer(
      NatsCluster cluster, CalloutSeeds seeds, Connection replica, Message message) {
    String sender = message.getHeaders().getFirst("Nats-Server-Xkey");
    Request request =
        (Request)
            new CalloutReader(seeds.xkey(), CLUSTER).read(message.getData(), sender, Instant.now());
    Granted now = (Granted) observer.decide(cluster, request);
    String roleUid = sandbox.role(USER).getMetadata().getUid();
    Granted before =
        new Granted(
            now.name(),
            now.grant(),
            now.limits(),
            now.tags().stream().map(tag -> tag.replace(roleUid, "uid-of-earlier-role")).toList(),
            now.sources(),
            now.expiry());
    String text = new CalloutResponse(seeds.issuer()).granted(request, before, Instant.now());
    seeds
        .xkey()
        .seal(text.getBytes(US_ASCII), sender, new byte[XKey.NONCE_BYTES])
        .ifPresent(
            answer -> {
              // Before the client is connected.
              answered.incrementAndGet();
              replica.publish(message.getReplyTo(), answer);
            });
  }
}
