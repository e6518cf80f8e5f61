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
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/** The same verdict as real servers', both ways, on subjects that nobody would think of. */
class SubjectVerdictsIT {

  private static final int SUBJECTS = 1_500;
  private static final String OLDEST = "1.2.0";
  private static final List<String> CHECKING = List.of("2.10.27", "2.15.2");

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
  void sameVerdict(long seed) {
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
      Function<String, Optional<String>> ours,
      Function<String, ServerUser> user) {
    Set<String> refused = new TreeSet<>();
    CHECKING.forEach(version -> refused.addAll(refused(version, subjects, user)));

    List<String> good = subjects.stream().filter(subject -> ours.apply(subject).isEmpty()).toList();
    assertThat(subjects)
        .filteredOn(subject -> ours.apply(subject).isPresent())
        .as("what we refuse")
        .containsExactlyInAnyOrderElementsOf(refused);
    assertThat(good).as("what we take").hasSizeGreaterThan(SUBJECTS / 10);
    assertThat(refused).hasSizeGreaterThan(SUBJECTS / 10);
    assertTaken(
        OLDEST,
        good.stream().filter(subject -> !SubjectSyntax.namesQueue(subject)).map(user).toList());
  }

  private static void assertTaken(String version, List<ServerUser> users) {
    NatsServer.start(version, ServerConfigs.withUsers(version, numbered(users))).close();
  }

  /**
   * Servers list all bad subjects in the order of the users: with a bad one behind each, it is told
   * whose each is.
   */
  private static Set<String> refused(
      String version, Set<String> subjects, Function<String, ServerUser> user) {
    List<String> all = List.copyOf(subjects);
    List<ServerUser> users = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      users.add(user.apply(all.get(i)));
      users.add(user(List.of("mark.." + i), List.of("x")));
    }
    List<String> complaints =
        NatsServer.complaint(version, ServerConfigs.withUsers(version, numbered(users)))
            .lines()
            .toList();
    Set<String> refused = new LinkedHashSet<>();
    int at = 0;
    for (String complaint : complaints) {
      if (complaint.contains("\"mark.." + at + "\"")) {
        at++;
      } else if (complaint.contains("is not a valid") && !complaint.contains("\"mark..")) {
        refused.add(all.get(at));
      }
    }
    assertThat(at).as("marks of %s in\n%s", version, complaints).isEqualTo(all.size());
    return refused;
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

  /** Servers would take them, but a file cannot hold them. */
  @Test
  void controlCharactersSpoilTheFile() {
    IntStream.range(0, ' ')
        .filter(c -> "\t\n\r".indexOf(c) < 0)
        .mapToObj(c -> "foo" + (char) c + "bar")
        .forEach(
            subject -> {
              assertThat(SubjectSyntax.mistakeInPublish(subject)).isPresent();
              assertThat(SubjectSyntax.mistakeInSubscribe(subject)).isPresent();
              assertThat(NatsServer.complaint("2.15.2", config("2.15.2", subject)))
                  .contains("Invalid escape character");
            });
  }

  /** The one thing in which we are stricter than any server's check of its file. */
  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.10.27", "2.15.2"})
  void anOddSpaceGrantsWhatStandsBeforeIt(String version) throws IOException {
    String subject = "foo\u00a0";
    assertThat(SubjectSyntax.mistakeInSubscribe(subject)).isPresent();
    try (NatsServer server = NatsServer.start(version, config(version, subject));
        NatsClient witness = NatsClient.login(server, "witness", "a password");
        NatsClient client = NatsClient.login(server, "client", "a password")) {
      assertThat(client.subscribe("foo", witness)).isEqualTo(NatsClient.Verdict.ALLOWED);
    }
  }

  @Test
  void anOddSpaceAloneKeepsAnOlderServerFromAnswering() {
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
