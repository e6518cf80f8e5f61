package org.natsoperator.cluster.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigFixture;

/**
 * Real servers report which keys of nats.conf they can reload. An undeclared key restarts servers
 * at each edit. A wrongly declared key blocks all later reloads, including revocations.
 */
class ReloadableKeysIT {

  private static final List<String> VERSIONS = List.of("1.2.0", "2.10.27", "2.15.3");

  /** The keys of {@link Listeners}: servers in tests have their own ports. */
  private static final Set<String> LISTENERS =
      Set.of("server_name", "port", "http_port", "cluster");

  static Stream<Arguments> keys() {
    return VERSIONS.stream()
        .flatMap(version -> keysOf(version).stream().map(key -> Arguments.of(version, key)));
  }

  @ParameterizedTest(name = "nats-server {0}: {1}")
  @MethodSource("keys")
  void serverReloadsExactlyDeclaredKeys(String version, String key) {
    ObjectNode without = everything(version);
    without.remove(key);
    try (NatsServer server = NatsServer.start(version, without)) {
      String answer = server.answerToReload(everything(version));

      if (ServerFeatures.reloadable().contains(key)) {
        assertThat(answer).contains(NatsServer.RELOADED);
      } else {
        assertThat(answer).doesNotContain(NatsServer.RELOADED);
      }
    }
  }

  @Test
  void newestServerGetsEveryKey() {
    Set<String> settings =
        new TreeSet<>(NatsConfigKey.ALL.stream().map(NatsConfigKey::key).toList());

    assertThat(keysOf("2.15.3")).containsAll(settings);
    assertThat(keysOf("2.15.3")).contains("authorization", "accounts", "lame_duck_duration");
  }

  private static Set<String> keysOf(String version) {
    Set<String> keys = new TreeSet<>();
    everything(version).fieldNames().forEachRemaining(keys::add);
    keys.removeAll(LISTENERS);
    return keys;
  }

  private static ObjectNode everything(String version) {
    return ServerFeatures.natsConf(
        ServerConfigFixture.of(version)
            .spec("{natsConfig: " + ServerFeaturesTest.EVERYTHING + "}")
            .users(new ServerUser("user", "password", List.of("a"), List.of("b")))
            .build());
  }
}
