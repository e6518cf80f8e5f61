package org.natsoperator.input;

import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits the input from one connection to lines of the <a
 * href="https://docs.nats.io/reference/reference-protocols/nats-protocol">NATS protocol</a> and
 * messages of the length that the line before them announces.
 */
final class ProtocolLimiter {

  /** In bytes. The response to a reload has about 100, the INFO of a large cluster about 10 KB. */
  static final int LONGEST = 256 << 10;

  /** In bytes; a list of connections contains texts of up to 24 KiB that each client chooses. */
  static final int LONGEST_LIST = 1 << 20;

  /** In bytes. The client keeps a buffer of the longest line. */
  static final int LONGEST_LINE = 32 << 10;

  /** In bytes. Those of the auth callout have 88. */
  static final int LONGEST_HEADERS = 1 << 10;

  private static final int SHORTEST_HEADERS = "NATS/1.0\r\n\r\n".length();

  /** The client makes many objects of each. */
  static final int MOST_HEADER_LINES = 8;

  /** In bytes, of all lines that the client hands on to listeners. */
  static final int MOST_REPORTED = 1 << 20;

  /** Memory that the client needs for a short one. */
  private static final int LEAST_REPORTED = 200;

  private static final Set<String> REPORTED = Set.of("INFO", "-ERR");
  private static final Set<String> WITHOUT_MESSAGE = Set.of("INFO", "PING", "PONG", "+OK", "-ERR");

  /**
   * As nats-server writes it, with an empty subject for replies in events. The client takes the
   * length from another place of a line with more words or other separators.
   */
  private static final Pattern MESSAGE =
      Pattern.compile(
          "(?:MSG WORD WORD (?:WORD? )?|HMSG WORD WORD (?:WORD? )?(?<headers>\\d+) )(?<all>\\d+)"
              .replace("WORD", "(?:[!-~\\x80-\\xff]+)"));

  private static final int MOST_DIGITS = 7;

  private final int longest;
  private final long total;
  private final Messages messages;
  private StringBuilder line = new StringBuilder();
  private int reported;
  private int headersLeft;
  private int headerLines;
  private long all;
  private int messageLeft;

  /** Learns about each message. */
  interface Messages {

    /** No effect. */
    Messages ANY =
        new Messages() {
          @Override
          public void announced(int length) {}

          @Override
          public void received() {}

          @Override
          public void pinged() {}
        };

    /** The header of a message was read; its content, of this length in bytes, follows. */
    void announced(int length) throws IOException;

    /** The content was read. */
    void received();

    /** A ping was read, which the client answers. */
    void pinged() throws IOException;
  }

  /** Limits the whole input to {@value #LONGEST} bytes. */
  ProtocolLimiter() {
    this(LONGEST, LONGEST);
  }

  /**
   * @param longest message in bytes
   * @param total whole input in bytes
   */
  ProtocolLimiter(int longest, long total) {
    this(longest, total, Messages.ANY);
  }

  private ProtocolLimiter(int longest, long total, Messages messages) {
    this.longest = longest;
    this.total = total;
    this.messages = messages;
  }

  /** Limits each message to {@value #LONGEST_LIST} bytes, but not the input. */
  static ProtocolLimiter endless(Messages messages) {
    return new ProtocolLimiter(LONGEST_LIST, Long.MAX_VALUE, messages);
  }

  /**
   * Checks the next bytes.
   *
   * @param length in bytes; negative at the end
   * @throws IOException if the server sends too much or violates the protocol
   */
  void said(byte[] bytes, int offset, int length) throws IOException {
    all += Math.max(length, 0);
    if (all > total) {
      throw tooMuch();
    }
    for (int i = offset; i < offset + length; i++) {
      if (messageLeft > 0) {
        messageLeft--;
        header(bytes[i]);
        if (messageLeft == 0) {
          messages.received();
        }
      } else {
        line(bytes[i]);
      }
    }
  }

  private void header(byte next) throws IOException {
    if (headersLeft > 0) {
      headersLeft--;
      headerLines += next == '\n' ? 1 : 0;
      if (headerLines > MOST_HEADER_LINES) {
        throw new IOException("the server sent too many headers");
      }
    }
  }

  private void line(byte next) throws IOException {
    line.append((char) (next & 0xff));
    if (next == '\n') {
      messageLeft = messageAfter(line.toString());
      // Without the memory of a long line.
      line = new StringBuilder();
      if (messageLeft > 0) {
        messages.announced(messageLeft);
      }
    } else if (line.length() > LONGEST_LINE) {
      throw tooMuch();
    }
  }

  private int messageAfter(String line) throws IOException {
    if (!line.endsWith("\r\n") || line.indexOf('\r') != line.length() - 2) {
      throw new IOException("the server sent a line that does not end with CRLF");
    }
    String content = line.substring(0, line.length() - 2);
    String operation = content.split("[ \t]", 2)[0];
    if (WITHOUT_MESSAGE.contains(operation)) {
      reported += REPORTED.contains(operation) ? Math.max(LEAST_REPORTED, line.length()) : 0;
      if (operation.equals("PING")) {
        messages.pinged();
      }
      if (reported > MOST_REPORTED) {
        throw tooMuch();
      }
      return 0;
    }
    Matcher message = MESSAGE.matcher(content);
    if (!message.matches()) {
      throw new IOException("the server sent an unknown protocol operation");
    }
    int length = length(message.group("all"), longest);
    headersLeft = headers(message.group("headers"), length);
    headerLines = 0;
    return length + "\r\n".length();
  }

  private static int headers(String digits, int all) throws IOException {
    int headers = digits == null ? 0 : length(digits, LONGEST_HEADERS);
    if (headers > all || digits != null && headers < SHORTEST_HEADERS) {
      throw new IOException("the server announced headers of a length that is not valid");
    }
    return headers;
  }

  private static int length(String digits, int longest) throws IOException {
    if (digits.length() > MOST_DIGITS || Integer.parseInt(digits) > longest) {
      throw new IOException("the server announced a message that is too long");
    }
    return Integer.parseInt(digits);
  }

  private static IOException tooMuch() {
    return new IOException("the server sent too much data");
  }
}
