package org.natsoperator.callout.connections;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.callout.connections.ConnectionIndex.Key;

/** Reads messages as nats-server 2.15.3 sends them. */
class ConnectionReportTest {

  private static final String SERVER_ID = "N" + "A".repeat(55);
  private static final String SERVER =
      "\"server\":{\"name\":\"example-nats-1\",\"id\":\"" + SERVER_ID + "\",\"cluster\":\"%s\"}";
  private static final String TAGS =
      "[\"role:uid:1\",\"cluster:1\",\"renewal:9\",\"namespace:a\",\"account:b\"]";

  @Test
  void readsEvent() {
    ConnectionReport report =
        read("{%s,\"client\":{\"id\":7,\"tags\":%s}}".formatted(server(), TAGS));

    assertThat(report.event()).hasValue(new Key(SERVER_ID, 7));
    assertThat(report.connections())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.key()).isEqualTo(new Key(SERVER_ID, 7));
              assertThat(entry.login().identity()).hasToString("a/b");
            });
  }

  @Test
  void ignoresTagsOfConnectionsThatTheOperatorDidNotAdmit() {
    ConnectionReport report = read("{%s,\"client\":{\"id\":7}}".formatted(server()));

    assertThat(report.event()).hasValue(new Key(SERVER_ID, 7));
    assertThat(report.connections()).isEmpty();
  }

  @Test
  void readsPartOfList() {
    ConnectionReport report =
        read(
            "{%s,\"data\":{\"offset\":0,\"limit\":32,\"total\":2,\"connections\":[{\"cid\":7,\"tags\":%s},{\"cid\":8}]}}"
                .formatted(server(), TAGS));

    assertThat(report.connections())
        .extracting(ConnectionIndex.Entry::key)
        .containsExactly(new Key(SERVER_ID, 7));
    assertThat(report.event()).isEmpty();
    assertThat(report.next()).isZero();
  }

  @ParameterizedTest(name = "offset {0}, limit {1}, total {2}: next {3}")
  @CsvSource({
    "0,     32,  32,         0",
    "0,     32,  33,         32",
    "32,    32,  65,         64",
    "32,    32,  64,         0",
    "0,     150, 1000,       0",
    "0,     1,   1000,       0",
    "0,     0,   1000,       0",
    "49984, 32,  2147483647, 0"
  })
  void findsNextPart(int offset, int limit, int total, int next) {
    assertThat(
            read("{%s,\"data\":{\"offset\":%d,\"limit\":%d,\"total\":%d}}"
                    .formatted(server(), offset, limit, total))
                .next())
        .isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "{}", "[]", "null", "{\"client\":{\"id\":7}}", "{\"server\":1}"})
  void ignoresInvalidMessage(String message) {
    ConnectionReport report = read(message);

    assertThat(report.connections()).isEmpty();
    assertThat(report.event()).isEmpty();
    assertThat(report.next()).isZero();
  }

  @Test
  void ignoresServersOfOtherClusters() {
    ConnectionReport report =
        read("{%s,\"client\":{\"id\":7,\"tags\":%s}}".formatted(SERVER.formatted("other"), TAGS));

    assertThat(report.connections()).isEmpty();
    assertThat(report.event()).isEmpty();
  }

  /** The operator remembers the ID with each connection. */
  @Test
  void ignoresServersWithInvalidId() {
    ConnectionReport report =
        read(
            "{%s,\"client\":{\"id\":7,\"tags\":%s}}"
                .formatted(server().replace(SERVER_ID, SERVER_ID + "A".repeat(1_000)), TAGS));

    assertThat(report.serverId()).isEmpty();
    assertThat(report.connections()).isEmpty();
    assertThat(report.event()).isEmpty();
  }

  /** A short text can take much memory. */
  @Test
  void ignoresMessageWithManyValues() {
    String values = "[],".repeat(15_000) + "[]";

    assertThat(read("{%s,\"a\":[%s]}".formatted(server(), values)).serverId()).isEmpty();
    assertThat(read("{%s,\"a\":\"%s\"}".formatted(server(), "x".repeat(45_000))).serverId())
        .isEqualTo(SERVER_ID);
  }

  private static ConnectionReport read(String message) {
    return ConnectionReport.read(message.getBytes(UTF_8), "example-nats");
  }

  private static String server() {
    return SERVER.formatted("example-nats");
  }
}
