package org.natsoperator.cluster.server;

import io.nats.client.impl.SocketDataPort;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection to a server that may be any program, since the cluster's owner chooses the image.
 * The client allocates memory for any announced length of a message and for any line, so both are
 * checked first: they must have the form of the <a
 * href="https://docs.nats.io/reference/reference-protocols/nats-protocol">NATS protocol</a>. It is
 * public since the client creates it by its class name.
 */
public final class LimitedDataPort extends SocketDataPort {

  /** In bytes; a list of connections contains texts of up to 24 KiB that each client chooses. */
  static final int LONGEST_MESSAGE = 1 << 20;

  /** In bytes. The INFO of a large cluster has about 10 KB. */
  static final int LONGEST_LINE = 32 << 10;

  /** In bytes. Those of the auth callout have 88. The client makes many objects of them. */
  static final int LONGEST_HEADERS = 256;

  /** In bytes per second. The login of a client and its events take some 7,000 bytes. */
  private static final int RATE = 4 << 20;

  /** The client keeps each INFO and error until a listener has handled it. */
  static final int MOST_REPORTED = 1_000;

  /** Between two writes: the client keeps an answer to each until the server reads. */
  private static final int MOST_PINGS = 500;

  private static final int SHORTEST_HEADERS = "NATS/1.0\r\n\r\n".length();
  private static final int MOST_DIGITS = 7;
  private static final Set<String> REPORTED = Set.of("INFO", "-ERR");
  private static final Set<String> WITHOUT_MESSAGE = Set.of("PING", "PONG", "+OK");

  /**
   * As nats-server writes it, with an empty subject for replies in events. The client takes the
   * length from another place of a line with more words or other separators.
   */
  private static final Pattern MESSAGE =
      Pattern.compile(
          "(?:MSG WORD WORD (?:WORD? )?|HMSG WORD WORD (?:WORD? )?(?<headers>\\d+) )(?<all>\\d+)"
              .replace("WORD", "(?:[!-~\\x80-\\xff]+)"));

  private final AtomicInteger pings = new AtomicInteger();
  private StringBuilder line = new StringBuilder();
  private int messageLeft;
  private int reported;
  private double allowed = RATE;
  private long allowedAt = System.nanoTime();

  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    awaitAllowed();
    int read = super.read(destination, offset, length);
    allowed -= Math.max(0, read);
    check(destination, offset, read);
    return read;
  }

  @Override
  public void write(byte[] content, int length) throws IOException {
    super.write(content, length);
    pings.set(0);
  }

  private void awaitAllowed() throws IOException {
    long now = System.nanoTime();
    allowed = Math.min(RATE, allowed + RATE * ((now - allowedAt) / 1e9));
    allowedAt = now;
    if (allowed < 0) {
      try {
        TimeUnit.NANOSECONDS.sleep((long) (-allowed / RATE * 1e9));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }
  }

  /**
   * Checks the next bytes.
   *
   * @param length in bytes; negative at the end
   * @throws IOException if the server sends too much or violates the protocol
   */
  void check(byte[] bytes, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      if (messageLeft > 0) {
        messageLeft--;
      } else {
        line.append((char) (bytes[i] & 0xff));
        if (bytes[i] == '\n') {
          messageLeft = messageAfter(line.toString());
          // Without the memory of a long line.
          line = new StringBuilder();
        } else if (line.length() > LONGEST_LINE) {
          throw new IOException("the server sent a line that is too long");
        }
      }
    }
  }

  /** Returns the number of bytes of the message that follows a line; 0 for none. */
  private int messageAfter(String line) throws IOException {
    if (!line.endsWith("\r\n") || line.indexOf('\r') != line.length() - 2) {
      throw new IOException("the server sent a line that does not end with CRLF");
    }
    String content = line.substring(0, line.length() - 2);
    String operation = content.split("[ \t]", 2)[0];
    if (REPORTED.contains(operation) || WITHOUT_MESSAGE.contains(operation)) {
      count(operation);
      return 0;
    }
    Matcher message = MESSAGE.matcher(content);
    if (!message.matches()) {
      throw new IOException("the server sent an unknown protocol operation");
    }
    int length = length(message.group("all"), LONGEST_MESSAGE);
    String headers = message.group("headers");
    if (headers != null
        && (length(headers, LONGEST_HEADERS) < SHORTEST_HEADERS
            || Integer.parseInt(headers) > length)) {
      throw new IOException("the server announced headers of a length that is not valid");
    }
    return length + "\r\n".length();
  }

  private void count(String operation) throws IOException {
    boolean tooManyPings = operation.equals("PING") && pings.incrementAndGet() > MOST_PINGS;
    if (tooManyPings || REPORTED.contains(operation) && ++reported > MOST_REPORTED) {
      throw new IOException("the server sent too many lines " + operation);
    }
  }

  private static int length(String digits, int longest) throws IOException {
    if (digits.length() > MOST_DIGITS || Integer.parseInt(digits) > longest) {
      throw new IOException("the server announced a message that is too long");
    }
    return Integer.parseInt(digits);
  }
}
