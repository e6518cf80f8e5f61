package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Allocation;

class SubjectSyntaxTest {

  @ParameterizedTest(name = "{0} is valid: {1}")
  @MethodSource
  void acceptsValidSubject(String description, String subject) {
    assertThat(SubjectSyntax.mistakeInPublish(subject)).as(description).isEmpty();
    assertThat(SubjectSyntax.mistakeInSubscribe(subject)).as(description).isEmpty();
  }

  static Stream<Arguments> acceptsValidSubject() {
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

  @ParameterizedTest(name = "{0} is invalid")
  @MethodSource
  void rejectsInvalidSubject(String description, String subject, String message) {
    assertThat(SubjectSyntax.mistakeInPublish(subject))
        .as(description)
        .hasValueSatisfying(contains(message));
    assertThat(SubjectSyntax.mistakeInSubscribe(subject))
        .as(description)
        .hasValueSatisfying(contains(message));
  }

  static Stream<Arguments> rejectsInvalidSubject() {
    return Stream.of(
        arguments("a missing subject", null, "must not be empty"),
        arguments("an empty subject", "", "must not be empty"),
        arguments("only a dot", ".", "empty token"),
        arguments("a leading dot", ".foo", "empty token"),
        arguments("a trailing dot", "foo.", "empty token"),
        arguments("two dots", "foo..bar", "\"foo..bar\" has an empty token; remove the extra dot"),
        arguments("a '>' in the middle", "foo.>.bar", "\">\" before its last token; use \"*\""),
        arguments("a '>' at the start", ">.foo", "\">\" before its last token"),
        arguments("only a space", " ", "space or control character"),
        arguments("a leading space", " foo", "space or control character"),
        arguments("a trailing space", "foo ", "space or control character"),
        arguments("a tab", "foo\t", "space or control character"),
        arguments("a line break", "foo\n", "space or control character"),
        arguments("a carriage return", "foo\r", "space or control character"),
        arguments("a form feed", "foo\fbar", "space or control character"),
        arguments("a zero byte", "foo\0bar", "space or control character"),
        arguments(
            "a no-break space", "foo\u00a0", "\"foo?\" contains a space or control character"),
        arguments("an em space", "foo\u2003bar", "space or control character"),
        arguments("a next-line character", "foo\u0085", "space or control character"));
  }

  @ParameterizedTest(name = "\"{0}\" is a valid subject with a queue group")
  @MethodSource
  void acceptsQueueGroup(String entry) {
    assertThat(SubjectSyntax.mistakeInSubscribe(entry)).isEmpty();
    assertThat(SubjectSyntax.namesQueue(entry)).isTrue();
  }

  static Stream<String> acceptsQueueGroup() {
    return Stream.of(
        "foo workers",
        "foo.* *",
        "> >",
        "foo.bar workers.>",
        "größe 温度",
        "foo  workers",
        " foo workers ",
        "foo\tworkers\n");
  }

  @ParameterizedTest(name = "{0} is invalid in a subscription")
  @MethodSource
  void rejectsInvalidQueueGroup(String description, String entry, String message) {
    assertThat(SubjectSyntax.mistakeInSubscribe(entry))
        .as(description)
        .hasValueSatisfying(contains(message));
  }

  static Stream<Arguments> rejectsInvalidQueueGroup() {
    return Stream.of(
        arguments(
            "an invalid subject before a queue group",
            "foo..bar workers",
            "\"foo..bar\" has an empty token"),
        arguments(
            "an invalid queue group",
            "foo workers..a",
            "in the queue group: \"workers..a\" has an empty token"),
        arguments("a '>' in the middle of a queue group", "foo >.a", "in the queue group"),
        arguments("two queue groups", "foo one two", "more than a subject and one queue group"),
        arguments("a form feed before a queue group", "foo\fworkers", "space or control character"),
        arguments("a no-break space in a queue group", "foo work\u00a0ers", "in the queue group"),
        arguments("an em space after a queue group", "foo workers\u2003", "in the queue group"),
        arguments("a leading space without a queue group", " foo", "space or control character"));
  }

  @Test
  void rejectsQueueGroupInPublish() {
    assertThat(SubjectSyntax.mistakeInPublish("foo workers"))
        .contains("a queue group is valid only under subscribe; remove \"workers\"");
  }

  @ParameterizedTest(name = "the message for a subject with a control character has one line")
  @MethodSource("controlCharacters")
  void messageContainsNoControlCharacter(String subject) {
    assertThat(SubjectSyntax.mistakeInSubscribe(subject).orElseThrow())
        .doesNotContainPattern("\\p{Cntrl}");
  }

  static Stream<String> controlCharacters() {
    return Stream.of("a\n", "a\0b", "a\u001bb", "a\tb q r");
  }

  @Test
  void truncatesLongSubjectInMessage() {
    assertThat(SubjectSyntax.mistakeInPublish("a..".repeat(100_000)).orElseThrow())
        .hasSizeLessThan(120)
        .contains("a..a..", "…\"");
  }

  /** Anyone can send a review of some MB. */
  @ParameterizedTest(name = "copies no parts of \"{0}\", repeated")
  @ValueSource(strings = {"a.", "a "})
  void copiesNoPartsOfLongText(String part) {
    String text = part.repeat(1 << 20);

    assertThat(Allocation.of(() -> SubjectSyntax.mistakeInPublish(text))).isLessThan(text.length());
    assertThat(Allocation.of(() -> SubjectSyntax.mistakeInSubscribe(text)))
        .isLessThan(text.length());
  }

  @ParameterizedTest(name = "\"{0}\" covers \"{1}\": {2}")
  @CsvSource({
    "foo.*, foo.bar, true",
    "foo.>, foo.bar, true",
    "foo.>, foo.bar.quux, true",
    "foo.>, foo.*, true",
    "foo.>, foo.*.>, true",
    ">, foo, true",
    "*, foo, true",
    "foo.*, foo.*, true",
    "*.b, a.b, true",
    "foo.*, foo, false",
    "foo.>, foo, false",
    "foo.*, foo.bar.quux, false",
    "foo.*, foo.>, false",
    "*, >, false",
    "foo.bar, foo.*, false",
    "*.b, a.c, false",
    "foo*, foobar, false",
    "foo.> q, foo.a q, true",
    "foo.>, foo.a q, false",
    "foo.> q, foo.a, false",
    "foo.> p, foo.a q, false"
  })
  void decidesWhetherWildcardCoversSubject(String wide, String narrow, boolean covers) {
    assertThat(SubjectPermission.of(narrow).isCoveredBy(SubjectPermission.of(wide)))
        .isEqualTo(covers);
  }

  private static Consumer<String> contains(String part) {
    return message -> assertThat(message).contains(part);
  }
}
