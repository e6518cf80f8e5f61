package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.DrainingServers.DrainingServer;
import org.natsoperator.cluster.server.Connz;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.VarzFixture;

class DrainingServersTest {

  private static final String UID = "uid-of-pod-example-nats-1";
  private static final VarzFixture ANSWER = VarzFixture.of("2.15.3").digest("any");
  private static final ServerUser OTHER = user("other", "token", List.of(">"), List.of(">"));
  private static final ServerUsers KNOWN =
      users(user("u", "token", List.of("a", "b"), List.of("c")), OTHER);
  private static final Connz.Connection OF_USER = new Connz.Connection(1, "u");
  private static final Connz.Connection OF_OTHER = new Connz.Connection(2, "other");

  @ParameterizedTest(name = "{0}: the user''s connections are closed: {2}")
  @MethodSource
  void closesConnectionsOfUserThatLosesRights(String description, ServerUser now, boolean closed) {
    List<DrainingServer> draining =
        draining(leaving(), Map.of(UID, KNOWN), now == null ? users(OTHER) : users(now, OTHER));

    assertThat(draining.stream().anyMatch(server -> server.mustClose(OF_USER)))
        .as(description)
        .isEqualTo(closed);
    assertThat(draining)
        .as("connections of other users stay open")
        .noneMatch(server -> server.mustClose(OF_OTHER));
  }

  static Stream<Arguments> closesConnectionsOfUserThatLosesRights() {
    return Stream.of(
        Arguments.of("nothing changes", user("u", "token", List.of("a", "b"), List.of("c")), false),
        Arguments.of(
            "a permission is added",
            user("u", "token", List.of("a", "b", "x"), List.of("c")),
            false),
        Arguments.of("the user is removed", null, true),
        Arguments.of("the token changes", user("u", "new", List.of("a", "b"), List.of("c")), true),
        Arguments.of(
            "a publish permission is removed",
            user("u", "token", List.of("a"), List.of("c")),
            true),
        Arguments.of(
            "a subscribe permission is removed",
            user("u", "token", List.of("a", "b"), List.of()),
            true));
  }

  @Test
  void closesAllConnectionsOnServerWithoutConfirmedState() {
    assertThat(draining(leaving(), Map.of(), KNOWN))
        .singleElement()
        .matches(server -> server.mustClose(OF_OTHER));
  }

  @Test
  void ignoresServerThatDoesNotAnswer() {
    assertThat(draining(ObservedServerFixture.of(leaving().pod()).build(), Map.of(), KNOWN))
        .isEmpty();
  }

  @Test
  void ignoresServerThatStays() {
    ObservedServer server = ObservedServerFixture.running("example-nats-1").varz(ANSWER).build();

    assertThat(draining(server, Map.of(UID, KNOWN), users())).isEmpty();
  }

  @ParameterizedTest(name = "closed after a change of allowResponses from {0} to {1}: {2}")
  @CsvSource({"2, 2, false", "2, 1, true", "2, 0, true", "2, 3, false", "0, 1, false"})
  void closesConnectionsOfUserThatLosesResponses(int before, int now, boolean closed) {
    List<DrainingServer> draining =
        draining(leaving(), Map.of(UID, users(responder(before))), users(responder(now)));

    assertThat(draining.stream().anyMatch(server -> server.mustClose(OF_USER))).isEqualTo(closed);
  }

  private static List<DrainingServer> draining(
      ObservedServer server, Map<String, ServerUsers> confirmed, ServerUsers newest) {
    ObservedCluster observed =
        ObservedClusterFixture.of(Clusters.walkthrough("2.15.3")).servers(server).build();
    return DrainingServers.withRevoked(observed, confirmed, newest);
  }

  private static ObservedServer leaving() {
    ObservedServerFixture running = ObservedServerFixture.running("example-nats-1").varz(ANSWER);
    return running.leaving("2026-11-25T00:00:00Z").build();
  }

  private static ServerUser user(
      String name, String token, List<String> publish, List<String> subscribe) {
    return new ServerUser(name, token, publish, subscribe);
  }

  /** A user that may send this number of replies; 0 for none. */
  private static ServerUser responder(int replies) {
    return new ServerUser(
        "u",
        "token",
        List.of(),
        List.of(),
        replies == 0 ? Optional.empty() : Optional.of(new AllowResponses(replies, null)));
  }

  private static ServerUsers users(ServerUser... users) {
    return new ServerUsers(List.of(users), Set.of(), Map.of(), Map.of());
  }
}
