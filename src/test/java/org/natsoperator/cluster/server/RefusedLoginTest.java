package org.natsoperator.cluster.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedLoginTest {

  private static final String EVENT =
      """
      {"type": "io.nats.server.advisory.v1.client_disconnect",
       "server": {"name": "example-nats-1", "host": "0.0.0.0", "cluster": "example-nats"},
       "client": {"id": 7, "user": "a-name", "kind": "Client"},
       "reason": "%s"}
      """;

  @Test
  void readsReason() {
    assertThat(read(EVENT.formatted("Authentication Failure")))
        .contains(RefusedLogin.AUTHENTICATION_FAILURE);
    assertThat(RefusedLogin.AUTHENTICATION_FAILURE.label()).isEqualTo("authentication_failure");
  }

  @Test
  void unknownReasonIsNoLabelOfItsOwn() {
    assertThat(read(EVENT.formatted("Proxy Required"))).contains(RefusedLogin.OTHER);
    assertThat(read(EVENT.formatted(""))).contains(RefusedLogin.OTHER);
  }

  @Test
  void ignoresServersOfOtherClusters() {
    assertThat(
            RefusedLogin.read(EVENT.formatted("Authentication Failure").getBytes(UTF_8), "other"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"server\": 1}", "\u0000"})
  void ignoresInvalidEvents(String event) {
    assertThat(read(event)).isEmpty();
  }

  @Test
  void ignoresEventsWithTooManyParts() {
    String event =
        EVENT.formatted("Authentication Failure").replace("7", "[" + "1,".repeat(3_000) + "1]");

    assertThat(read(event)).isEmpty();
  }

  private static Optional<RefusedLogin> read(String event) {
    return RefusedLogin.read(event.getBytes(UTF_8), "example-nats");
  }
}
