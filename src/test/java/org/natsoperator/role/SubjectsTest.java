package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubjectsTest {

  @ParameterizedTest(name = "{0} is valid: {1}")
  @MethodSource
  void valid(String what, String subject) {
    assertThat(Subjects.mistakeInPublish(subject)).as(what).isEmpty();
    assertThat(Subjects.mistakeInSubscribe(subject)).as(what).isEmpty();
  }

  static Stream<Arguments> valid() {
    return Stream.of(
        arguments("one token", "foo"),
        arguments("several tokens", "foo.bar.quux"),
        arguments("a star as a token", "foo.*.bar"),
        arguments("only a star", "*"),
        arguments("everything", ">"),
        arguments("a tail", "foo.>"),
        arguments("a star inside a token, which is a literal", "foo.b*r"),
        arguments("a '>' inside the last token, which is a literal", "foo.>x"),
        arguments("a '>' inside another token", "foo.x>.bar"),
        arguments("an inbox", "_INBOX.>"),
        arguments("a system subject", "$JS.API.>"),
        arguments("any letters", "größe.温度.😀"),
        arguments("quotes and backslashes", "a\"b\\c"));
  }

  @ParameterizedTest(name = "{0} is a mistake")
  @MethodSource
  void invalid(String what, String subject, String message) {
    assertThat(Subjects.mistakeInPublish(subject)).as(what).hasValueSatisfying(contains(message));
    assertThat(Subjects.mistakeInSubscribe(subject)).as(what).hasValueSatisfying(contains(message));
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        arguments("nothing at all", null, "must not be empty"),
        arguments("an empty subject", "", "must not be empty"),
        arguments("a dot alone", ".", "empty token"),
        arguments("a dot at the start", ".foo", "empty token"),
        arguments("a dot at the end", "foo.", "empty token"),
        arguments("two dots", "foo..bar", "\"foo..bar\" has an empty token; remove the extra dot"),
        arguments("a '>' in the middle", "foo.>.bar", "\">\" before its end; use \"*\""),
        arguments("a '>' at the start", ">.foo", "\">\" before its end"),
        arguments("a space alone", " ", "space or control character"),
        arguments("a space in front", " foo", "space or control character"),
        arguments("a space behind", "foo ", "space or control character"),
        arguments("a tab", "foo\tbar", "space or control character"),
        arguments("a line break", "foo\nbar", "space or control character"),
        arguments("a carriage return", "foo\rbar", "space or control character"),
        arguments("a form feed", "foo\fbar", "space or control character"),
        arguments("a zero byte", "foo\0bar", "space or control character"));
  }

  @ParameterizedTest(name = "subscribe may name a queue group: {0}")
  @MethodSource
  void validQueues(String entry) {
    assertThat(Subjects.mistakeInSubscribe(entry)).isEmpty();
    assertThat(Subjects.namesQueue(entry)).isTrue();
  }

  static Stream<String> validQueues() {
    return Stream.of("foo workers", "foo.* *", "> >", "foo.bar workers.>", "größe 温度");
  }

  @ParameterizedTest(name = "{0} in a subscription is a mistake")
  @MethodSource
  void invalidQueues(String what, String entry, String message) {
    assertThat(Subjects.mistakeInSubscribe(entry)).as(what).hasValueSatisfying(contains(message));
  }

  static Stream<Arguments> invalidQueues() {
    return Stream.of(
        arguments("a bad subject before a queue", "foo..bar workers", "\"foo..bar\" has an empty token"),
        arguments("a bad queue", "foo workers..a", "in the queue group: \"workers..a\" has an empty token"),
        arguments("a '>' amid a queue", "foo >.a", "in the queue group"),
        arguments("two queues", "foo one two", "in the queue group"),
        arguments("two spaces", "foo  workers", "in the queue group"),
        arguments("a tab before the queue", "foo\tbar workers", "space or control character"));
  }

  @Test
  void aQueueGroupMeansNothingToPublish() {
    assertThat(Subjects.mistakeInPublish("foo workers"))
        .contains("a queue group belongs to subscribe only; remove \"workers\"");
  }

  @ParameterizedTest(name = "the message about a control character shows none")
  @MethodSource("controlCharacters")
  void messagesStayOnOneLine(String subject) {
    assertThat(Subjects.mistakeInSubscribe(subject).orElseThrow()).doesNotContainPattern("\\p{Cntrl}");
  }

  static Stream<String> controlCharacters() {
    return Stream.of("a\nb", "a\0b", "a\u001bb", "a\tb q");
  }

  private static Consumer<String> contains(String part) {
    return message -> assertThat(message).contains(part);
  }
}
