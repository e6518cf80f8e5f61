package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** Requests and replies between ServiceAccounts of an installed operator's cluster. */
@NodeTest
class PrivateInboxIT {

  @Test
  void responderAnswersIntoPrivateInbox(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(1, "2.15.3"));
    sandbox.apply(
        Manifests.serviceAccount("asker"),
        Manifests.role("asker", CLUSTER, List.of("service"), List.of()),
        Manifests.serviceAccount("responder"),
        Manifests.role("responder", CLUSTER, List.of(), List.of("service"))
            + "    allowResponses: {}\n",
        Manifests.serviceAccount("stranger"),
        Manifests.role("stranger", CLUSTER, List.of(), List.of("service")));
    Stream.of("asker", "responder", "stranger").forEach(cluster::awaitInForce);
    String inbox = "_INBOX_.%s.asker".formatted(sandbox.namespace());
    RunningServer server = cluster.servers().getFirst();
    try (NatsClient asker = server.login("asker", cluster.token("asker"));
        NatsClient responder = server.login("responder", cluster.token("responder"));
        NatsClient stranger = server.login("stranger", cluster.token("stranger"))) {
      assertThat(responder.reply("service", inbox + ".1", asker)).isEqualTo(ALLOWED);
      assertThat(stranger.reply("service", inbox + ".2", asker)).isEqualTo(REFUSED);
      assertThat(stranger.subscribe(inbox + ".>", asker)).isEqualTo(REFUSED);
    }
  }
}
