package org.natsoperator.cluster.server;

import java.io.IOException;
import java.util.Set;

/**
 * Limits the input from one connection to lines of the <a
 * href="https://docs.nats.io/reference/reference-protocols/nats-protocol">NATS protocol</a> and
 * messages of the length that the line before them announces.
 */
final class ProtocolLimiter {

  /** In bytes. The response to a reload has about 100, the INFO of a large cluster about 10 KB. */
  static final int LONGEST = 256 << 10;

  private static final Set<String> WITHOUT_MESSAGE = Set.of("INFO", "PING", "PONG", "+OK", "-ERR");

  private final boolean endless;
  private final StringBuilder line = new StringBuilder();
  private int all;
  private int messageLeft;

  /** Limits the whole input to {@value #LONGEST} bytes. */
  ProtocolLimiter() {
    this(false);
  }

  /**
   * @param endless whether only each line and each message is limited
   */
  ProtocolLimiter(boolean endless) {
    this.endless = endless;
  }

  /**
   * Checks the next bytes.
   *
   * @param length in bytes; negative at the end
   * @throws IOException if the server sends too much or violates the protocol
   */
  void said(byte[] bytes, int offset, int length) throws IOException {
    all += endless ? 0 : Math.max(length, 0);
    if (all > LONGEST || line.length() > LONGEST) {
      throw new IOException("the server sent too much data");
    }
    for (int i = offset; i < offset + length; i++) {
      if (messageLeft > 0) {
        messageLeft--;
      } else {
        line(bytes[i]);
      }
    }
  }

  private void line(byte next) throws IOException {
    line.append((char) next);
    if (next == '\n') {
      messageLeft = messageAfter(line.toString());
      line.setLength(0);
    }
  }

  private static int messageAfter(String line) throws IOException {
    if (line.indexOf('\r') != line.length() - 2) {
      throw new IOException("the server sent a line that does not end with CRLF");
    }
    String[] words = line.strip().split("[ \t]+");
    if (WITHOUT_MESSAGE.contains(words[0])) {
      return 0;
    }
    int last = words.length - 1;
    switch (words[0]) {
      case "MSG" -> {}
      // The length of the headers; the total length at the end includes it.
      case "HMSG" -> length(words[Math.max(0, last - 1)]);
      default -> throw new IOException("the server sent an unknown protocol operation");
    }
    return length(words[last]) + "\r\n".length();
  }

  private static int length(String word) throws IOException {
    if (!word.matches("\\d{1,6}") || Integer.parseInt(word) > LONGEST) {
      throw new IOException("the server announced a message that is too long");
    }
    return Integer.parseInt(word);
  }
}
