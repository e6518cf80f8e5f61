package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.SigningKey;

class LameDucksTest {

  private static final ServerUser USER = new ServerUser("u", "token", List.of("a", "b"), List.of("c"));
  private static final Logins KNOWN = logins(USER);

  @ParameterizedTest(name = "{0}: ends at once: {2}")
  @MethodSource
  void changes(String what, Logins newest, boolean ends) {
    assertThat(toEndNow(leaving(30L), Map.of("uid-of-pod-example-nats-1", KNOWN), newest)).as(what).isEqualTo(ends);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        Arguments.of("nothing has changed", logins(USER), false),
        Arguments.of("somebody else came", logins(USER, new ServerUser("v", "t", List.of(), List.of())), false),
        Arguments.of("a right was added", logins(new ServerUser("u", "token", List.of("a", "b", "x"), List.of("c"))), false),
        Arguments.of("the user is gone", logins(), true),
        Arguments.of("the token is another", logins(new ServerUser("u", "new", List.of("a", "b"), List.of("c"))), true),
        Arguments.of("less may be published", logins(new ServerUser("u", "token", List.of("a"), List.of("c"))), true),
        Arguments.of("less may be subscribed", logins(new ServerUser("u", "token", List.of("a", "b"), List.of())), true));
  }

  @Test
  void aServerOfWhichNothingIsKnownEnds() {
    assertThat(toEndNow(leaving(30L), Map.of(), KNOWN)).isTrue();
  }

  @Test
  void aServerThatEndsAtOnceAnywayIsLeftAlone() {
    assertThat(toEndNow(leaving(1L), Map.of(), KNOWN)).isFalse();
  }

  @Test
  void aServerThatStaysIsReloadedInstead() {
    ObservedServer server = new ObservedServer(ServerPods.running("example-nats-1", "2.15.2", "any"), Optional.empty());

    assertThat(toEndNow(server, Map.of("uid-of-pod-example-nats-1", KNOWN), logins())).isFalse();
  }

  private static boolean toEndNow(ObservedServer server, Map<String, Logins> confirmed, Logins newest) {
    ObservedCluster observed =
        new ObservedCluster(
            Clusters.walkthrough("2.15.2"), List.of(), SigningKey.proof(), Clusters.KEYS, List.of(), List.of(server));
    return LameDucks.toEndNow(observed, confirmed, newest).contains(server);
  }

  private static ObservedServer leaving(long graceSeconds) {
    return new ObservedServer(
        new PodBuilder(ServerPods.running("example-nats-1", "2.15.2", "any"))
            .editMetadata()
            .withDeletionTimestamp("2026-11-25T00:00:00Z")
            .withDeletionGracePeriodSeconds(graceSeconds)
            .endMetadata()
            .build(),
        Optional.empty());
  }

  private static Logins logins(ServerUser... users) {
    return new Logins(List.of(users), Set.of(), Map.of());
  }
}
