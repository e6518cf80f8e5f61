package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.cluster.plan.RenderedConfig;
import org.natsoperator.testing.ServerConfigFixture;

/** Logs and exceptions contain no password. */
class HiddenPasswordsTest {

  private static final ServerUser USER =
      new ServerUser("nats-user", "very-secret", List.of(">"), List.of(">"));

  private static final ServerConfig CONFIG = ServerConfigFixture.of("2.15.3").users(USER).build();

  @Test
  void userShowsOnlyItsName() {
    assertThat(USER).hasToString("ServerUser[nats-user]");
  }

  @Test
  void configShowsNoPassword() {
    assertThat(CONFIG.toString()).contains("nats-user").doesNotContain("very-secret");
  }

  @Test
  void fileShowsOnlyItsHash() {
    ServerConfigFile file = ServerConfigFile.of(ServerFeatures.natsConf(CONFIG), 0);

    assertThat(file.text()).contains("very-secret");
    assertThat(file).hasToString("ServerConfigFile[" + file.hash() + "]");
  }

  @Test
  void renderedConfigShowsOnlyItsCluster() {
    assertThat(RenderedConfig.of(CONFIG, Optional.empty()))
        .hasToString("RenderedConfig[example-nats]");
  }
}
