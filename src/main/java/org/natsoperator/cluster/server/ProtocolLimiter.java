package org.natsoperator.cluster.server;

import java.io.IOException;
import java.util.Set;
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

  private static final Set<String> WITHOUT_MESSAGE = Set.of("INFO", "PING", "PONG", "+OK", "-ERR");

  private static final Pattern SPACES = Pattern.compile("[ \t]+");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,7}");

  private final int longest;
  private final long total;
  private final StringBuilder line = new StringBuilder();
  private long all;
  private int messageLeft;

  /** Limits the whole input to {@value #LONGEST} bytes. */
  ProtocolLimiter() {
    this(LONGEST, LONGEST);
  }

  /**
   * @param longest line or message in bytes
   * @param total whole input in bytes
   */
  ProtocolLimiter(int longest, long total) {
    this.longest = longest;
    this.total = total;
  }

  /** Limits each line and each message to {@value #LONGEST_LIST} bytes, but not the input. */
  static ProtocolLimiter endless() {
    return new ProtocolLimiter(LONGEST_LIST, Long.MAX_VALUE);
  }

  /**
   * Checks the next bytes.
   *
   * @param length in bytes; negative at the end
   * @throws IOException if the server sends too much or violates the protocol
   */
  void said(byte[] bytes, int offset, int length) throws IOException {
    all += Math.max(length, 0);
    if (all > total || line.length() > longest) {
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

  private int messageAfter(String line) throws IOException {
    if (line.indexOf('\r') != line.length() - 2) {
      throw new IOException("the server sent a line that does not end with CRLF");
    }
    String[] words = SPACES.split(line.strip());
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

  private int length(String word) throws IOException {
    if (!LENGTH.matcher(word).matches() || Integer.parseInt(word) > longest) {
      throw new IOException("the server announced a message that is too long");
    }
    return Integer.parseInt(word);
  }
}
