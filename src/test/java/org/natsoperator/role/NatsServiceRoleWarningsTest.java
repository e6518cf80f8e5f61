package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Roles;
import org.natsoperator.validation.FieldError;

class NatsServiceRoleWarningsTest {

  @ParameterizedTest(name = "entry {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          foo*           | "foo*" is not a wildcard: "*" or ">" must be a whole token
          a.*b           | "*b" is not a wildcard: "*" or ">" must be a whole token
          a.>b.c         | ">b" is not a wildcard: "*" or ">" must be a whole token
          >              | ">" matches every subject, including those of JetStream and of replies
          $SYS.>         | "$SYS.>" has little effect: clients are not in account $SYS
          'foo  workers' | is read as "foo workers"; use one space
          """)
  void warnsAboutEntry(String entry, String warning) {
    assertThat(NatsServiceRoleWarnings.about(Roles.role("a", List.of("x"), List.of(entry))))
        .singleElement()
        .hasToString("spec.permissions.subscribe[0]: " + warning);
  }

  @Test
  void warnsAboutInvisibleCharacter() {
    assertThat(
            NatsServiceRoleWarnings.about(Roles.role("a", List.of("foo\u200bbar"), List.of("x"))))
        .singleElement()
        .hasToString(
            "spec.permissions.publish[0]: \"foo?bar\" contains an invisible character; remove it");
  }

  @Test
  void warnsAboutEntryThatAnotherCovers() {
    assertThat(
            NatsServiceRoleWarnings.about(
                Roles.role("a", List.of("foo.bar", "foo.*", "foo.>", "bar"), List.of("foo.bar"))))
        .extracting(FieldError::toString)
        .containsExactly(
            "spec.permissions.publish[0]: \"foo.bar\" is covered by \"foo.*\"; remove it",
            "spec.permissions.publish[1]: \"foo.*\" is covered by \"foo.>\"; remove it");
  }

  @ParameterizedTest(name = "publish {0} needs an inbox")
  @ValueSource(strings = {"$JS.API.>", "$JS.>", "$JS.API.STREAM.INFO.orders"})
  void warnsAboutJetStreamWithoutInbox(String publish) {
    assertThat(
            NatsServiceRoleWarnings.about(Roles.role("a", List.of(publish), List.of("orders.*"))))
        .singleElement()
        .hasToString(
            "spec.permissions.subscribe: JetStream replies require an inbox; add \"_INBOX.>\"");
  }

  @ParameterizedTest(name = "subscribe {0} is an inbox")
  @ValueSource(strings = {"_INBOX.>", "_INBOX.a.*", "_INBOX_a.>", "*.>"})
  void acceptsJetStreamWithInbox(String subscribe) {
    assertThat(
            NatsServiceRoleWarnings.about(
                Roles.role("a", List.of("$JS.API.>", "$JS.ACK.>"), List.of(subscribe))))
        .isEmpty();
  }

  @Test
  void acceptsAcknowledgementsWithoutInbox() {
    assertThat(
            NatsServiceRoleWarnings.about(
                Roles.role("a", List.of("$JS.ACK.>"), List.of("orders.*"))))
        .isEmpty();
  }

  @Test
  void warnsAboutRoleWithoutSubjects() {
    assertThat(NatsServiceRoleWarnings.about(Roles.role("a", List.of(), List.of())))
        .singleElement()
        .hasToString("spec.permissions: grants nothing: clients can only connect");
  }

  @Test
  void warnsAboutDefaultServiceAccount() {
    assertThat(NatsServiceRoleWarnings.about(Roles.role("default", List.of("foo"), List.of())))
        .singleElement()
        .hasToString(
            "metadata.name: every pod without a serviceAccountName gets these permissions");
  }

  @Test
  void doesNotWarnAboutErrors() {
    assertThat(
            NatsServiceRoleWarnings.about(
                Roles.role("a", Arrays.asList(null, "foo*..", "a >"), List.of("x"))))
        .isEmpty();
  }

  @Test
  void rolesOf2018HaveNoWarnings() {
    assertThat(NatsServiceRoleWarnings.about(Roles.user()))
        .extracting(FieldError::field)
        .as("foo.* and foo.bar.quux, of another length")
        .isEmpty();
    assertThat(NatsServiceRoleWarnings.about(Roles.admin()))
        .extracting(FieldError::field)
        .containsExactly("spec.permissions.publish[0]", "spec.permissions.subscribe[0]");
  }

  @Test
  void handlesManyEntriesQuickly() {
    List<String> many = IntStream.range(0, 100_000).mapToObj(i -> "a.*." + i).toList();

    assertThat(
            NatsServiceRoleWarnings.about(
                Roles.role("a", many, Collections.nCopies(100_000, "b.>"))))
        .isEmpty();
  }
}
