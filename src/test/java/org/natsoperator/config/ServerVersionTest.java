package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {

  @ParameterizedTest(name = "{0} is the image tag {1} and starts {2}")
  @CsvSource({
    "1.2.0,              1.2.0,              /gnatsd",
    "1.4.1,              1.4.1,              /gnatsd",
    "2.0.0,              2.0.0,              /nats-server",
    "v2.10.27,           2.10.27,            /nats-server",
    "2.11.0-RC.1,        2.11.0-RC.1,        /nats-server",
    "2.15.3-alpine,      2.15.3-alpine,      /usr/local/bin/nats-server",
    "2.15.3-alpine3.22,  2.15.3-alpine3.22,  /usr/local/bin/nats-server",
    "2.15.3-scratch,     2.15.3-scratch,     /nats-server",
    "nightly,            nightly,            /bin/nats-server",
    "nightly-main,       nightly-main,       /bin/nats-server"
  })
  void hasTagAndBinary(String text, String tag, String binary) {
    ServerVersion version = ServerVersion.parse(text).orElseThrow();

    assertThat(version.tag()).isEqualTo(tag);
    assertThat(version.binary()).isEqualTo(binary);
  }

  @ParameterizedTest(name = "\"{0}\" is not a valid version")
  @ValueSource(
      strings = {
        "",
        "latest",
        "latest!",
        "2",
        "2.10",
        "vv2.10.0",
        "2.10.x",
        "2.10.0/evil",
        "2.10.0 ",
        "-2.1.0",
        "2.10.0+build",
        "9999999.0.0",
        "night",
        "2.10.0\n"
      })
  void rejectsInvalidVersion(String text) {
    assertThat(ServerVersion.parse(text)).isEmpty();
  }

  @ParameterizedTest(name = "{0} supports {1}")
  @CsvSource({
    "1.2.0,   longer-line",
    "1.3.0,   longer-line",
    "1.4.0,   longer-line lame-duck",
    "2.0.0,   lame-duck queues",
    "2.1.9,   lame-duck queues",
    "2.2.0,   lame-duck queues names grace",
    "2.7.0,   lame-duck queues names grace",
    "2.7.1,   lame-duck queues names grace healthz",
    "2.9.25,  lame-duck queues names grace healthz",
    "2.10.0,  lame-duck queues names grace healthz operator",
    "2.10.27, lame-duck queues names grace healthz operator",
    "2.11.0,  lame-duck queues names grace healthz operator digest",
    "2.15.3,  lame-duck queues names grace healthz operator digest",
    "3.0.0,   lame-duck queues names grace healthz operator digest",
    "nightly, lame-duck queues names grace healthz operator digest"
  })
  void supportsFeaturesOfVersion(String text, String expected) {
    assertThat(abilities(ServerVersion.parse(text).orElseThrow())).isEqualTo(words(expected));
  }

  @Test
  void comparesByNumberNotByText() {
    ServerVersion newer = ServerVersion.parse("2.10.0").orElseThrow();
    ServerVersion older = ServerVersion.parse("2.9.25").orElseThrow();

    assertThat(older.isOlderReleaseThan(newer)).isTrue();
    assertThat(newer.isOlderReleaseThan(older)).isFalse();
  }

  private static Set<String> abilities(ServerVersion version) {
    Set<String> abilities = new TreeSet<>();
    addIf(abilities, "longer-line", version.needsLongerControlLine());
    addIf(abilities, "lame-duck", version.knowsLameDuck());
    addIf(abilities, "queues", version.knowsQueuePermissions());
    addIf(abilities, "names", version.knowsServerName() && version.knowsClusterName());
    addIf(abilities, "grace", version.finishesLameDuck());
    addIf(abilities, "healthz", version.knowsHealthz());
    addIf(abilities, "operator", version.answersOperator());
    addIf(abilities, "digest", version.reportsConfigDigest());
    return abilities;
  }

  private static void addIf(Set<String> abilities, String ability, boolean supported) {
    if (supported) {
      abilities.add(ability);
    }
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(Set.of(text.split(" ")));
  }
}
