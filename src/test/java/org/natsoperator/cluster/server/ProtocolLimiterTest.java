package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolLimiterTest {

  /** The text of the first message looks like the header of a very long one. */
  private static final String RELOADED =
      """
      INFO {"server_id":"a"}\r
      +OK\r
      PONG\r
      MSG _INBOX.a.b 1 14\r
      MSG a 1 999999\r
      HMSG a 2 3 5\r
      12345\r
      PING\r
      """;

  private final ProtocolLimiter limiter = new ProtocolLimiter();

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
    assertThatCode(() -> limiter.said(new byte[8], 0, -1)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MSG a 1 262145",
        "MSG a 1 900000000",
        "MSG a 1 99999999999",
        "MSG a 1 -1",
        "MSG a 1 x",
        "MSG",
        "HMSG a 1 2 900000000",
        "HMSG a 1 900000000 2",
        "MSG a 1\t900000000"
      })
  void rejectsTooLongMessageByItsHeader(String line) {
    assertThatThrownBy(() -> receive(line + "\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a message that is too long");
  }

  @Test
  void rejectsLineWithoutEnd() throws IOException {
    receive("INFO ");
    byte[] piece = new byte[ProtocolLimiter.LONGEST - 5];
    limiter.said(piece, 0, piece.length);

    assertThatThrownBy(() -> receive("a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too much data");
  }

  /** It is a list of connections. */
  @Test
  void acceptsLongMessageOnConnectionThatStays() {
    ProtocolLimiter endless = ProtocolLimiter.endless();
    byte[] list = message("MSG a 1 1048576\r\n", 1 << 20);

    assertThatCode(
            () -> {
              endless.said(list, 0, list.length);
              endless.said(list, 0, list.length);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void rejectsTooLongMessageOnConnectionThatStays() {
    byte[] line = message("MSG a 1 1048577\r\n", 0);

    assertThatThrownBy(() -> ProtocolLimiter.endless().said(line, 0, line.length))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a message that is too long");
  }

  @Test
  void limitsWholeInputOfConnectionForEvents() {
    ProtocolLimiter events = new ProtocolLimiter(64, 100);
    byte[] message = message("MSG a 1 30\r\n", 30);

    assertThatCode(() -> events.said(message, 0, message.length)).doesNotThrowAnyException();
    assertThatCode(() -> events.said(message, 0, message.length)).doesNotThrowAnyException();
    assertThatThrownBy(() -> events.said(message, 0, message.length))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too much data");
  }

  private static byte[] message(String line, int length) {
    return (line + "x".repeat(length) + (length > 0 ? "\r\n" : ""))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Otherwise the client might read something that the limiter skipped. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "msg a 1 2\r\n",
        "\0MSG a 1 2\r\n",
        "PING\n",
        "PING\rMSG a 1 900000000\r\n",
        "\r\n",
        "HTTP/1.1 200 OK\r\n"
      })
  void rejectsTextThatIsNotProtocol(String text) {
    assertThatThrownBy(() -> receive(text)).isInstanceOf(IOException.class);
  }

  private void receive(String text) throws IOException {
    byte[] bytes = ("?" + text).getBytes(StandardCharsets.US_ASCII);
    limiter.said(bytes, 1, bytes.length - 1);
  }
}
