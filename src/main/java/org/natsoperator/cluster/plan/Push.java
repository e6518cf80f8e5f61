package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerConfigFile;

/**
 * The delivery of the newest file to one server.
 *
 * @param digest of the configuration
 * @param hash of the bytes of the file
 * @param attempts number of triggered kubelet syncs
 * @param loadTimeBefore load time of the server before the file was written; empty if unknown
 * @param doubtful whether an earlier file was not confirmed, so that a reload may be of that file
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

  /** A server that responds but does not load its file within this time refuses it. */
  private static final Duration REFUSED_AFTER = Duration.ofSeconds(10);

  public static Push start(
      ObservedServer server, ServerConfigFile file, boolean doubtful, Instant now) {
    String loadTime = loadTime(server.varz());
    return new Push(
        file.digest(server.name()), file.hash(), 1, now, now, loadTime, doubtful, false);
  }

  /** The push after another attempt. */
  public Push again(Instant now) {
    return new Push(digest, hash, attempts + 1, startedAt, now, loadTimeBefore, doubtful, false);
  }

  /** The same file with other bytes; any reload from now on is of these bytes. */
  Push inOtherBytes(String otherHash, Optional<Varz> varz, Instant now) {
    int attempt = confirmed ? 1 : attempts + 1;
    Instant start = confirmed ? now : startedAt;
    return new Push(digest, otherHash, attempt, start, now, loadTime(varz), false, false);
  }

  /** The push after the server confirmed its configuration. */
  public Push confirm() {
    return new Push(digest, hash, attempts, startedAt, lastAt, loadTimeBefore, doubtful, true);
  }

  /** Whether to retry: half a second after the start, then one, two, four, … seconds. */
  boolean due(Instant now) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
    return !now.isBefore(attempts <= MOST_DOUBLINGS ? startedAt.plus(pause) : lastAt.plus(pause));
  }

  /** Whether the server responds but did not load the file in time. */
  boolean refusedBy(ObservedServer server, Instant now) {
    return server.varz().isPresent() && refused(now);
  }

  boolean refused(Instant now) {
    return !confirmed && now.isAfter(startedAt.plus(REFUSED_AFTER));
  }

  static String loadTime(Optional<Varz> varz) {
    return varz.map(Varz::configLoadTime).orElse("");
  }
}
