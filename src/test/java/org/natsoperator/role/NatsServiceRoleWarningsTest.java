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
          >              | ">" matches every subject, also of JetStream and replies; list only necessary subjects
          $SYS.>         | "$SYS.>" has little effect: clients are not in account $SYS; remove it
          'foo  workers' | is read as "foo workers"; use one space
          _INBOX.>       | "_INBOX.>" lets clients read each other's replies; use NATS_INBOX_PREFIX
          '_INBOX.* q'   | "_INBOX.* q" lets clients read each other's replies; use NATS_INBOX_PREFIX
          *.*            | "*.*" lets clients read each other's replies; use NATS_INBOX_PREFIX
          *.>            | "*.>" lets clients read replies to others; narrow or remove it
          *.*.*.*        | "*.*.*.*" lets clients read replies to others; narrow or remove it
          _INBOX_.>      | "_INBOX_.>" lets clients read replies to others; narrow or remove it
          _INBOX_.*.a.x  | "_INBOX_.*.a.x" lets clients read replies to others; narrow or remove it
          '_INBOX_.*.> q' | "_INBOX_.*.> q" lets clients read replies to others; narrow or remove it
          _INBOX_.nats-io.b.> | "_INBOX_.nats-io.b.>" lets clients read replies to others; narrow or remove it
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

  @ParameterizedTest(name = "subscribe {0} reads no replies of others")
  @ValueSource(
      strings = {
        "_INBOX_.nats-io.a.>",
        "_INBOX_.nats-io.a.*.x",
        "_INBOX_.nats-io.a.> q",
        "_INBOX_.nats-io.b",
        "_INBOX_x.>",
        "_INBOXES.>",
        "orders.>",
        "*"
      })
  void acceptsOwnInboxAndOtherSubjects(String subscribe) {
    assertThat(NatsServiceRoleWarnings.about(Roles.role("a", List.of("x"), List.of(subscribe))))
        .isEmpty();
  }

  /** Responders publish to inboxes, and JetStream replies to the private one. */
  @Test
  void acceptsPublishingToInboxesAndJetStream() {
    assertThat(
            NatsServiceRoleWarnings.about(
                Roles.role("a", List.of("_INBOX_.>", "$JS.API.>", "$JS.ACK.>"), List.of())))
        .isEmpty();
  }

  @Test
  void warningsAreShort() {
    List<String> longest =
        IntStream.range(0, 100).mapToObj(i -> "_INBOX_.*.*.xxxxxxxxxxxxxxxx" + i).toList();

    assertThat(NatsServiceRoleWarnings.about(Roles.role("a", List.of("x"), longest)))
        .isNotEmpty()
        .allSatisfy(warning -> assertThat(warning.toString()).hasSizeLessThanOrEqualTo(120));
  }

  @Test
  void warnsAboutRoleWithoutSubjects() {
    assertThat(NatsServiceRoleWarnings.about(Roles.role("a", List.of(), List.of())))
        .singleElement()
        .hasToString(
            "spec.permissions: grants nothing, so clients can only connect; list subjects");
  }

  @Test
  void warnsAboutDefaultServiceAccount() {
    assertThat(NatsServiceRoleWarnings.about(Roles.role("default", List.of("foo"), List.of())))
        .singleElement()
        .hasToString(
            "metadata.name: every pod without a serviceAccountName gets these permissions; use"
                + " another ServiceAccount");
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
