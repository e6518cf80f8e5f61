package org.natsoperator.callout.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.access.Identity;

class ConnectionTagsTest {

  private static final ConnectionTags TAGS =
      new ConnectionTags(
          new Identity("ns", "account"),
          "uid-a",
          Optional.of("uid-p"),
          Optional.of("client"),
          "uid-r",
          7,
          3,
          List.of("one", "two"),
          Instant.ofEpochSecond(1_000));

  @Test
  void areReadAsTheyWereWritten() {
    assertThat(TAGS.toList())
        .containsExactly(
            "namespace:ns",
            "account:account",
            "role:uid-r:7",
            "cluster:3",
            "account-uid:uid-a",
            "bound-uid:uid-p",
            "pod:client",
            "versions:one,two",
            "renewal:1000");
    assertThat(ConnectionTags.of(TAGS.toList())).hasValue(TAGS);
  }

  @Test
  void areReadWithoutPod() {
    ConnectionTags withoutPod =
        new ConnectionTags(
            TAGS.identity(),
            TAGS.accountUid(),
            Optional.empty(),
            Optional.empty(),
            "uid-r",
            7,
            3,
            List.of("one"),
            TAGS.renewal());

    assertThat(ConnectionTags.of(withoutPod.toList())).hasValue(withoutPod);
  }

  @Test
  void nameTheObjectsThatTheLoginDependsOn() {
    assertThat(Stream.of("uid-a", "uid-p", "uid-r", "one", "two"))
        .allMatch(name -> TAGS.dependsOnAny(Set.of("uid-x", name)));
    assertThat(TAGS.dependsOnAny(Set.of("uid-x"))).isFalse();
  }

  @Test
  void haveFewVersions() {
    List<String> tags =
        List.of("role:uid-r:1", "cluster:1", "renewal:1", "versions:" + "a,".repeat(100));

    assertThat(ConnectionTags.of(tags).orElseThrow().versions()).hasSize(4);
  }

  /** Kubernetes has no longer names and no longer UIDs. */
  @Test
  void ofLongestNamesAreRead() {
    ConnectionTags longest =
        new ConnectionTags(
            new Identity("n".repeat(63), "a".repeat(253)),
            "u".repeat(36),
            Optional.of("u".repeat(36)),
            Optional.of("p".repeat(253)),
            "u".repeat(36),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            List.of("v".repeat(16), "w".repeat(16)),
            TAGS.renewal());

    assertThat(ConnectionTags.of(longest.toList())).hasValue(longest);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void ignoresTagsOfOthers(String description, List<String> tags) {
    assertThat(ConnectionTags.of(tags)).as(description).isEmpty();
  }

  static Stream<Arguments> ignoresTagsOfOthers() {
    return Stream.of(
        arguments("none", List.of()),
        arguments("a word", List.of("x", ":", "")),
        arguments("no generation", List.of("role:uid-r", "cluster:1", "renewal:1")),
        arguments("no number", List.of("role:uid-r:x", "cluster:1", "renewal:1")),
        arguments("no cluster", List.of("role:uid-r:1", "renewal:1")),
        arguments("no renewal", List.of("role:uid-r:1", "cluster:1")),
        arguments(
            "a far renewal", List.of("role:uid-r:1", "cluster:1", "renewal:" + Long.MAX_VALUE)),
        arguments(
            "a long tag",
            List.of("role:uid-r:1", "cluster:1", "renewal:1", "account:" + "a".repeat(300))),
        arguments(
            "many long tags",
            List.of(
                "role:uid-r:1",
                "cluster:1",
                "renewal:1",
                "account:" + "a".repeat(260),
                "pod:" + "a".repeat(260),
                "account-uid:" + "a".repeat(260),
                "bound-uid:" + "a".repeat(260))),
        arguments(
            "many tags",
            Stream.concat(
                    Stream.of("role:uid-r:1", "cluster:1", "renewal:1"),
                    Stream.generate(() -> "x").limit(10))
                .toList()));
  }
}
