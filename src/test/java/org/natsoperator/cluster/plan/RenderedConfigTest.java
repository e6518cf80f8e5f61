package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.ServerConfigFixture;

class RenderedConfigTest {

  private final RenderedConfig before = RenderedConfig.of(config("token"), Optional.empty());

  @Test
  void reusesRenderedConfigIfUnchanged() {
    assertThat(RenderedConfig.of(config("token"), Optional.of(before))).isSameAs(before);
    assertThat(before.file(0)).isSameAs(before.file(0));
    assertThat(before.copy()).isSameAs(before.copy());
  }

  @Test
  void anotherTokenGivesAnotherConfig() {
    RenderedConfig after = RenderedConfig.of(config("other"), Optional.of(before));

    assertThat(after.file(0).text()).contains("other").doesNotContain("token");
    assertThat(after.file(0)).isNotEqualTo(before.file(0));
    assertThat(after.file(0).digest("a")).isNotEqualTo(before.file(0).digest("a"));
  }

  @Test
  void paddingChangesFileButNotContent() {
    assertThat(before.file(1)).isNotEqualTo(before.file(0));
    assertThat(before.file(1).digest("a")).isEqualTo(before.file(0).digest("a"));
    assertThat(before.file(0).digest("b")).isNotEqualTo(before.file(0).digest("a"));
  }

  @Test
  void filesMatchConfigTree() {
    assertThat(before.file(2)).isEqualTo(ServerConfigFile.of(before.tree(), 2));
    assertThat(before.copy()).isEqualTo(ServerConfigFile.copy(before.tree()));
  }

  private static ServerConfig config(String token) {
    return ServerConfigFixture.of("2.15.3")
        .routes("example-nats-1")
        .users(new ServerUser("nats-user", token, List.of(">"), List.of(">")))
        .build();
  }
}
