package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateInboxTest {

  /** Names that a simple concatenation could confuse. */
  private static final List<Identity> SIMILAR =
      Stream.of("a b", "a b.c", "a b-c", "a-b c", "a b.c.d", "a-b-c d", "b a", "a a", "aa a")
          .map(names -> names.split(" "))
          .map(names -> new Identity(names[0], names[1]))
          .toList();

  @ParameterizedTest
  @CsvSource({
    "nats-io, nats-user,   _INBOX_.nats-io.nats-user.>",
    "team,    shop.front.v2, _INBOX_.team.shop_front_v2.>"
  })
  void containsNamespaceAndServiceAccount(String namespace, String account, String subjects) {
    assertThat(PrivateInbox.subjects(new Identity(namespace, account))).isEqualTo(subjects);
  }

  @Test
  void noInboxOverlapsAnotherOrTheDefault() {
    for (Identity one : SIMILAR) {
      SubjectPermission inbox = SubjectPermission.of(PrivateInbox.subjects(one));
      assertThat(inbox.overlaps(SubjectPermission.of("_INBOX.>"))).isFalse();
      assertThat(inbox.isCoveredBy(PrivateInbox.ALL)).isTrue();
      assertThat(SIMILAR)
          .filteredOn(other -> inbox.overlaps(SubjectPermission.of(PrivateInbox.subjects(other))))
          .containsExactly(one);
    }
  }

  @Test
  void isAddedUnlessListed() {
    Identity identity = new Identity("ns", "a");

    assertThat(PrivateInbox.addedTo(List.of(), identity)).containsExactly("_INBOX_.ns.a.>");
    assertThat(PrivateInbox.addedTo(List.of("x q"), identity))
        .containsExactly("x q", "_INBOX_.ns.a.>");
    assertThat(PrivateInbox.addedTo(List.of("_INBOX_.ns.a.> q"), identity)).hasSize(2);
    assertThat(PrivateInbox.addedTo(List.of(">"), identity)).containsExactly(">");
    assertThat(PrivateInbox.addedTo(List.of("_INBOX_.ns.a.>"), identity)).hasSize(1);
  }
}
