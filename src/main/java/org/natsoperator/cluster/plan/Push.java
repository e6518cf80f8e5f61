package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerConfigFile;

/**
 * Where one server stands with its newest file.
 *
 * @param digest what the file says
 * @param hash in which bytes it says it
 * @param attempts how often the kubelet was made to look
 * @param loadTimeBefore load time that the server told before the bytes were written; empty if it
 *     did not answer
 * @param doubtful whether an earlier file was still under way, so that one reload may be the
 *     earlier file's
 */
public record Push(
    String digest,
    String hash,
    int attempts,
    Instant startedAt,
    Instant lastAt,
    String loadTimeBefore,
    boolean doubtful,
    boolean confirmed) {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final int MOST_DOUBLINGS = 7;

  /** A server that answers for so long without taking its file has refused it. */
  private static final Duration REFUSED_AFTER = Duration.ofSeconds(10);

  public static Push start(
      ObservedServer server, ServerConfigFile file, boolean doubtful, Instant now) {
    String loadTime = loadTime(server.varz());
    return new Push(
        file.digest(server.name()), file.hash(), 1, now, now, loadTime, doubtful, false);
  }

  public Push again(Instant now) {
    return new Push(digest, hash, attempts + 1, startedAt, now, loadTimeBefore, doubtful, false);
  }

  /** The same file in other bytes: a reload from now on is one of these bytes. */
  Push inOtherBytes(String otherHash, Optional<Varz> varz, Instant now) {
    return confirmed
        ? new Push(digest, otherHash, 1, now, now, loadTime(varz), false, false)
        : new Push(digest, otherHash, attempts + 1, startedAt, now, loadTime(varz), false, false);
  }

  public Push confirm() {
    return new Push(digest, hash, attempts, startedAt, lastAt, loadTimeBefore, doubtful, true);
  }

  /** When to try again: after half a second, one, two, four, … from the start. */
  boolean due(Instant now) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
    return !now.isBefore(attempts <= MOST_DOUBLINGS ? startedAt.plus(pause) : lastAt.plus(pause));
  }

  boolean refused(Instant now) {
    return !confirmed && now.isAfter(startedAt.plus(REFUSED_AFTER));
  }

  static String loadTime(Optional<Varz> varz) {
    return varz.map(Varz::configLoadTime).orElse("");
  }
}
