package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitedDataPortTest {

  /** What a server sends when it reloads. */
  private static final String RELOADED =
      """
      INFO {"server_id":"a"}\r
      +OK\r
      PONG\r
      MSG _INBOX.a.b 1 14\r
      MSG a 1 999999\r
      MSG $SYS.ACCOUNT.$G.CONNECT 2  3\r
      abc\r
      HMSG a 2 12 14\r
      NATS/1.0\r
      \r
      ab\r
      PING\r
      """;

  private final LimitedDataPort port = new LimitedDataPort();

  @Test
  void acceptsMessagesOfServer() {
    assertThatCode(() -> receive(RELOADED)).doesNotThrowAnyException();
  }

  @Test
  void acceptsPiecesOfAnyLength() {
    assertThatCode(
            () -> {
              for (String letter : RELOADED.split("")) {
                receive(letter);
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void acceptsEndOfStream() {
    assertThatCode(() -> port.check(new byte[8], 0, -1)).doesNotThrowAnyException();
  }

  @Test
  void acceptsLongListsOfConnections() {
    String list = "MSG a 1 1048576\r\n" + "x".repeat(1 << 20) + "\r\n";
    assertThatCode(() -> receive(list + list)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MSG a 1 1048577",
        "MSG a 1 b 900000000",
        "MSG a 1 99999999999",
        "HMSG a 1 2 900000000",
        "HMSG a 1 900000000 2",
        "HMSG a 1 257 9000"
      })
  void rejectsTooLongMessageByItsHeader(String line) {
    assertThatThrownBy(() -> receive(line + "\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a message that is too long");
  }

  /** The client would read another length from them, or none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "MSG a 1 b 2000000000 5",
        "MSG a 1\t5",
        "MSG  1 5",
        "MSG a 1  b 5",
        "MSG a 1 5 ",
        "MSG a 1 5\u001f\u001f\u001f",
        "MSG a\u000b1 b 2000000000 5",
        "MSG a 1 -1",
        "MSG a 1 x",
        "MSG",
        "msg a 1 5",
        "HMSG a 1 5",
        "HMSG a 1 b c 2 5",
        "HMSG a 1 15 14",
        "HMSG a 1 11 20",
        "\0MSG a 1 2",
        "PING\rMSG a 1 900000000",
        "HTTP/1.1 200 OK",
        ""
      })
  void rejectsLineOfAnotherForm(String line) {
    assertThatThrownBy(() -> receive(line + "\r\n")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "PING\n"})
  void rejectsLineWithoutCarriageReturn(String line) {
    assertThatThrownBy(() -> receive(line)).isInstanceOf(IOException.class);
  }

  @Test
  void rejectsLineWithoutEnd() throws IOException {
    receive("INFO " + "a".repeat(LimitedDataPort.LONGEST_LINE - 5));
    assertThatThrownBy(() -> receive("a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a line that is too long");
  }

  /** The client keeps an answer to each ping, and creates a task for each error. */
  @ParameterizedTest
  @ValueSource(strings = {"PING\r\n", "-ERR 'any'\r\n", "INFO {}\r\n"})
  void rejectsManyLinesThatTakeMemory(String line) {
    assertThatThrownBy(() -> receive(line.repeat(LimitedDataPort.MOST_REPORTED + 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too many lines");
  }

  private void receive(String text) throws IOException {
    byte[] bytes = ("?" + text).getBytes(StandardCharsets.ISO_8859_1);
    port.check(bytes, 1, bytes.length - 1);
  }
}
