package org.natsoperator.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
      MSG $SYS.ACCOUNT.$G.CONNECT 2  3\r
      abc\r
      HMSG a 2 12 14\r
      NATS/1.0\r
      \r
      ab\r
      PING\r
      """;

  private final ProtocolLimiter limiter = new ProtocolLimiter();
  private final List<String> events = new ArrayList<>();
  private final ProtocolLimiter.Messages messages =
      new ProtocolLimiter.Messages() {
        @Override
        public void announced(int length) {
          events.add("announced " + length);
        }

        @Override
        public void received() {
          events.add("received");
        }

        @Override
        public void pinged() {
          events.add("pinged");
        }
      };

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
        "MSG a 1 b 900000000",
        "MSG a 1 99999999999",
        "HMSG a 1 2 900000000",
        "HMSG a 1 900000000 2",
        "HMSG a 1 1025 9000"
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
        "\n"
      })
  void rejectsMessageLineOfAnotherForm(String line) {
    assertThatThrownBy(() -> receive(line.replace("\n", "") + (line.equals("\n") ? line : "\r\n")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void rejectsManyHeaders() throws IOException {
    receive("HMSG a 1 100 200\r\nNATS/1.0\r\n" + "a:\r\n".repeat(7));

    assertThatThrownBy(() -> receive("a:\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("the server sent too many headers");
  }

  /** The client creates a task for each of them. */
  @Test
  void rejectsManyErrors() {
    ProtocolLimiter endless = ProtocolLimiter.endless(messages);
    byte[] error = message("-ERR 'any'\r\n", 0);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= ProtocolLimiter.MOST_REPORTED / error.length; i++) {
                endless.said(error, 0, error.length);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too much data");
  }

  @Test
  void acceptsPingsWithoutEnd() {
    ProtocolLimiter endless = ProtocolLimiter.endless(messages);
    byte[] ping = message("PING\r\n", 0);

    assertThatCode(
            () -> {
              for (int i = 0; i <= ProtocolLimiter.MOST_REPORTED / ping.length; i++) {
                endless.said(ping, 0, ping.length);
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void rejectsLineWithoutEnd() throws IOException {
    receive("INFO ");
    byte[] piece = new byte[ProtocolLimiter.LONGEST_LINE - 5];
    limiter.said(piece, 0, piece.length);

    assertThatThrownBy(() -> receive("a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too much data");
  }

  /** It is a list of connections. */
  @Test
  void acceptsLongMessageOnConnectionThatStays() {
    ProtocolLimiter endless = ProtocolLimiter.endless(messages);
    byte[] list = message("MSG a 1 1048576\r\n", 1 << 20);

    assertThatCode(
            () -> {
              endless.said(list, 0, list.length);
              endless.said(list, 0, list.length);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void announcesMessageBeforeItsContent() throws IOException {
    ProtocolLimiter endless = ProtocolLimiter.endless(messages);
    byte[] header = message("PING\r\nMSG a 1 3\r\n", 0);
    endless.said(header, 0, header.length);
    assertThat(events).containsExactly("pinged", "announced 5");
    byte[] content = message("abc\r\nPING\r\n", 0);

    endless.said(content, 0, content.length);

    assertThat(events).containsExactly("pinged", "announced 5", "received", "pinged");
  }

  @Test
  void rejectsTooLongMessageOnConnectionThatStays() {
    byte[] line = message("MSG a 1 1048577\r\n", 0);

    assertThatThrownBy(() -> ProtocolLimiter.endless(messages).said(line, 0, line.length))
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
