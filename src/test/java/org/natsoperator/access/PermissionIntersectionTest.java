package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionIntersectionTest {

  private static final List<String> TOKENS = List.of("a", "b", "*", ">");
  private static final List<String> QUEUES = List.of("", "", "q", "r");
  private static final int LISTS = 20_000;

  @Test
  void keepsOnlyEntriesOfBothListsInOrder() {
    assertThat(
            PermissionIntersection.ofPublish(List.of("c", "b", "a.*"), List.of("a.*", "b", "a.x")))
        .containsExactly("b", "a.*");
  }

  @ParameterizedTest(name = "[{0}] and [{1}]: [{2}]")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "foo, bar | foo | foo",
        "foo q | foo  q | foo q",
        "foo, foo q | foo | ``",
        "foo | foo, foo q | ``",
        "foo, bar, foo q | foo, bar | bar",
        "foo.* | foo.*, > q | ``",
        "foo.bar, foo q | foo.bar, foo r | foo.bar"
      })
  void dropsSubjectThatWouldLoseItsQueueGroup(String one, String other, String both) {
    assertThat(PermissionIntersection.ofSubscribe(list(one), list(other)))
        .containsExactlyElementsOf(list(both));
  }

  /** The seed is fixed, so a failure can be repeated. */
  @Test
  void neverAllowsWhatOneListRefuses() {
    Random random = new Random(9);
    int allowed = 0;
    for (int i = 0; i < LISTS; i++) {
      List<String> one = entries(random);
      List<String> other = entries(random);
      List<String> both = PermissionIntersection.ofSubscribe(one, other);
      for (String subject : subjects()) {
        for (String queue : List.of("", "q", "r", "s")) {
          if (allows(both, subject, queue)) {
            allowed++;
            assertThat(allows(one, subject, queue) && allows(other, subject, queue))
                .as("%s in %s of %s and %s", subject + " " + queue, both, one, other)
                .isTrue();
          }
        }
      }
    }
    assertThat(allowed).isGreaterThan(LISTS);
  }

  /** As nats-server decides ({@code canSubscribe}); an empty list allows nothing here. */
  private static boolean allows(List<String> entries, String subject, String queue) {
    List<SubjectPermission> matching =
        entries.stream()
            .map(SubjectPermission::of)
            .filter(entry -> matches(entry.subject().split("\\."), subject.split("\\.")))
            .toList();
    List<String> queues = matching.stream().flatMap(entry -> entry.queue().stream()).toList();
    return queue.isEmpty() || queues.isEmpty()
        ? matching.stream().anyMatch(entry -> entry.queue().isEmpty())
        : queues.contains(queue);
  }

  /** The server reads the wildcards of a client as other tokens. */
  private static boolean matches(String[] pattern, String[] subject) {
    for (int i = 0; i < pattern.length; i++) {
      if (i >= subject.length) {
        return false;
      }
      if (pattern[i].equals(">")) {
        return true;
      }
      if (!pattern[i].equals("*") && !pattern[i].equals(subject[i])) {
        return false;
      }
    }
    return pattern.length == subject.length;
  }

  private static List<String> subjects() {
    return TOKENS.stream()
        .flatMap(
            first -> Stream.concat(Stream.of(first), TOKENS.stream().map(t -> first + "." + t)))
        .toList();
  }

  private static List<String> entries(Random random) {
    List<String> entries = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      String first = TOKENS.get(random.nextInt(TOKENS.size()));
      boolean longer = !first.equals(">") && random.nextBoolean();
      String subject = longer ? first + "." + TOKENS.get(random.nextInt(TOKENS.size())) : first;
      entries.add((subject + " " + QUEUES.get(random.nextInt(QUEUES.size()))).strip());
    }
    return entries;
  }

  private static List<String> list(String entries) {
    return entries.isEmpty() ? List.of() : List.of(entries.split(", "));
  }
}
