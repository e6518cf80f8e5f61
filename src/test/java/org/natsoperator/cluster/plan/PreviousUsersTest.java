package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ServerConfigs;

class PreviousUsersTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");

  @Test
  void readsUserAsItWasWritten() {
    ServerUser user = responder(new AllowResponses(7, 90));

    assertThat(users(revision("example-nats-a", user))).containsEntry("u", user);
  }

  @Test
  void permitsOnlyRepliesThatEveryRevisionPermits() {
    Secret seven = revision("example-nats-a", responder(new AllowResponses(7, 90)));
    Secret two = revision("example-nats-b", responder(new AllowResponses(2, 120)));
    Secret none = revision("example-nats-c", responder(null));

    assertThat(users(seven, two).get("u").responses()).contains(new AllowResponses(2, 90));
    assertThat(users(seven, none).get("u").responses()).isEmpty();
  }

  @Test
  void ignoresResponsesThatTheOperatorDoesNotWrite() {
    ServerConfigFile file =
        ServerConfigFile.of(
            ServerConfigs.withUsers("2.15.3", List.of(responder(new AllowResponses(7, 90)))), 0);
    ServerConfigFile edited = new ServerConfigFile(file.text().replace("\"90s\"", "\"1h2m\""));

    assertThat(edited).isNotEqualTo(file);
    assertThat(users(ConfigSecret.of(CLUSTER, "example-nats-a", edited, 0)).get("u").responses())
        .isEmpty();
  }

  private static Map<String, ServerUser> users(Secret... revisions) {
    return PreviousUsers.in(ObservedClusterFixture.of(CLUSTER).objects(revisions).build());
  }

  private static Secret revision(String name, ServerUser user) {
    return ConfigSecret.of(
        CLUSTER, name, ServerConfigFile.of(ServerConfigs.withUsers("2.15.3", List.of(user)), 0), 0);
  }

  private static ServerUser responder(AllowResponses responses) {
    return new ServerUser("u", "token", List.of("a"), List.of("b"), Optional.ofNullable(responses));
  }
}
