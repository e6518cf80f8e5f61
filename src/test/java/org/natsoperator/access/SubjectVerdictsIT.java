package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/** Compares the operator's verdict with that of real servers for random subjects. */
@LongTest
class SubjectVerdictsIT {

  private static final int SUBJECTS = 1_500;
  private static final String OLDEST = "1.2.0";
  private static final List<String> CHECKING = List.of("2.10.27", "2.15.3");

  private static final List<String> PIECES =
      List.of(
          "foo", "bar", "a", "B7", "*", ">", "**", ">>", "*>", "foo*", "*b", ">x", "b>", "$SYS",
          "$JS", "$foo", "_INBOX", "größe", "温度", "😀", "\"", "'", "\\", "\\n", "#", "//", "{", "}",
          "[", "]", "(", ")", ",", ";", "=", ":", "%s", "true", "null", "1", "1k", "-", "_", "+",
          "\u007f", "\u0080", "\ufffd", "include", "");
  private static final List<String> JOINTS =
      List.of(
          ".", ".", ".", ".", ".", ".", ".", "", "", "", " ", " ", "..", "  ", "\t", "\n", "\r",
          ". ", " .");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void acceptsAndRejectsSameSubjectsAsServers(long seed) {
    Set<String> subjects = subjects(new Random(seed));

    compare(
        subjects, SubjectSyntax::mistakeInPublish, subject -> user(List.of(subject), List.of("x")));
    compare(
        subjects,
        SubjectSyntax::mistakeInSubscribe,
        subject -> user(List.of("x"), List.of(subject)));
  }

  private static void compare(
      Set<String> subjects,
      Function<String, Optional<String>> verdict,
      Function<String, ServerUser> user) {
    Set<String> rejected = new TreeSet<>();
    CHECKING.forEach(version -> rejected.addAll(rejected(version, subjects, user)));

    List<String> good =
        subjects.stream().filter(subject -> verdict.apply(subject).isEmpty()).toList();
    assertThat(subjects)
        .filteredOn(subject -> verdict.apply(subject).isPresent())
        .as("subjects that the operator rejects")
        .containsExactlyInAnyOrderElementsOf(rejected);
    assertThat(good).as("subjects that the operator accepts").hasSizeGreaterThan(SUBJECTS / 10);
    assertThat(rejected).hasSizeGreaterThan(SUBJECTS / 10);
    assertAccepted(
        OLDEST,
        good.stream().filter(subject -> !SubjectSyntax.namesQueue(subject)).map(user).toList());
  }

  private static void assertAccepted(String version, List<ServerUser> users) {
    NatsServer.start(version, ServerConfigs.withUsers(version, numbered(users))).close();
  }

  /**
   * Servers list all bad subjects in the order of the users. A known bad subject after each user
   * marks where the errors of that user end.
   */
  private static Set<String> rejected(
      String version, Set<String> subjects, Function<String, ServerUser> user) {
    List<String> all = List.copyOf(subjects);
    List<ServerUser> users = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      users.add(user.apply(all.get(i)));
      users.add(user(List.of("mark.." + i), List.of("x")));
    }
    List<String> errors =
        NatsServer.error(version, ServerConfigs.withUsers(version, numbered(users)))
            .lines()
            .toList();
    Set<String> rejected = new LinkedHashSet<>();
    int at = 0;
    for (String error : errors) {
      if (error.contains("\"mark.." + at + "\"")) {
        at++;
      } else if (error.contains("is not a valid") && !error.contains("\"mark..")) {
        rejected.add(all.get(at));
      }
    }
    assertThat(at).as("marks of %s in\n%s", version, errors).isEqualTo(all.size());
    return rejected;
  }

  private static List<ServerUser> numbered(List<ServerUser> users) {
    return IntStream.range(0, users.size())
        .mapToObj(
            i ->
                new ServerUser(
                    "u" + i, "a password", users.get(i).publish(), users.get(i).subscribe()))
        .toList();
  }

  private static ServerUser user(List<String> publish, List<String> subscribe) {
    return new ServerUser("", "", publish, subscribe);
  }

  private static Set<String> subjects(Random random) {
    Set<String> subjects = new LinkedHashSet<>(List.of("", ".", " ", ">", "*", "> >"));
    while (subjects.size() < SUBJECTS) {
      StringBuilder subject = new StringBuilder(any(PIECES, random));
      for (int more = random.nextInt(4); more > 0; more--) {
        subject.append(any(JOINTS, random)).append(any(PIECES, random));
      }
      subjects.add(subject.toString());
    }
    return subjects;
  }

  private static String any(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Servers accept control characters, but a configuration file cannot contain them. */
  @Test
  void controlCharactersMakeConfigInvalid() {
    IntStream.range(0, ' ')
        .filter(c -> "\t\n\r".indexOf(c) < 0)
        .mapToObj(c -> "foo" + (char) c + "bar")
        .forEach(
            subject -> {
              assertThat(SubjectSyntax.mistakeInPublish(subject)).isPresent();
              assertThat(SubjectSyntax.mistakeInSubscribe(subject)).isPresent();
              assertThat(NatsServer.error("2.15.3", config("2.15.3", subject)))
                  .contains("Invalid escape character");
            });
  }

  /** The only case in which the operator is stricter than a server's check of its file. */
  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.10.27", "2.15.3"})
  void noBreakSpaceGrantsSubjectBeforeIt(String version) throws IOException {
    String subject = "foo\u00a0";
    assertThat(SubjectSyntax.mistakeInSubscribe(subject)).isPresent();
    try (NatsServer server = NatsServer.start(version, config(version, subject));
        NatsClient witness = NatsClient.login(server, "witness", "a password");
        NatsClient client = NatsClient.login(server, "client", "a password")) {
      assertThat(client.subscribe("foo", witness)).isEqualTo(NatsClient.Verdict.ALLOWED);
    }
  }

  @Test
  void singleNoBreakSpaceStopsOlderServerFromAnswering() {
    try (NatsServer server = NatsServer.start("2.10.27", config("2.10.27", "\u00a0"))) {
      assertThatThrownBy(() -> NatsClient.login(server, "client", "a password"))
          .isInstanceOf(IOException.class);
    }
  }

  private static ObjectNode config(String version, String subject) {
    return ServerConfigs.withUsers(
        version,
        List.of(
            new ServerUser("client", "a password", List.of("x"), List.of(subject)),
            new ServerUser("witness", "a password", List.of(">"), List.of(">"))));
  }
}
