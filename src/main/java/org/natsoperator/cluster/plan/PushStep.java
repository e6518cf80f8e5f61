package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;

/**
 * The next step of a push.
 *
 * @param triggerKubeletSync whether to trigger a kubelet sync now
 * @param otherBytes whether to change the bytes of the file, since the reloader may have seen them
 */
public record PushStep(Push push, boolean triggerKubeletSync, boolean otherBytes) {

  /** After this number of failed attempts the reloader must have missed the file. */
  private static final int ATTEMPTS_WITH_SAME_BYTES = 3;

  /** After this time a reload of an earlier file has happened. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /**
   * @param stored hash of the file in the existing Secret
   * @param last the push after the last step
   */
  static PushStep next(
      ObservedServer server,
      ServerConfigFile file,
      Supplier<Optional<String>> stored,
      Optional<Push> last,
      Instant now) {
    boolean reportsDigest = server.version().map(ServerVersion::reportsConfigDigest).orElse(false);
    return reportsDigest
        ? byDigest(server, file, last, now)
        : byLoadTime(server, file, stored, last, now);
  }

  /** The step for a server that runs and whose Secret has not changed since its start. */
  static PushStep loadedAtStart(ObservedServer server, ServerConfigFile file, Instant now) {
    return new PushStep(Push.start(server, file, false, now).confirm(), false, false);
  }

  private static PushStep byDigest(
      ObservedServer server, ServerConfigFile file, Optional<Push> last, Instant now) {
    String digest = file.digest(server.name());
    Optional<Push> begun = last.filter(known -> known.digest().equals(digest));
    Push push = begun.orElseGet(() -> Push.start(server, file, false, now));
    boolean inForce = server.varz().map(Varz::configDigest).filter(digest::equals).isPresent();
    if (inForce || (push.confirmed() && server.varz().isEmpty())) {
      return new PushStep(push.confirm(), false, false);
    }
    if (push.confirmed()) {
      return new PushStep(Push.start(server, file, false, now), true, true);
    }
    return begun.isEmpty() ? new PushStep(push, true, false) : repeat(push, now);
  }

  private static PushStep byLoadTime(
      ObservedServer server,
      ServerConfigFile file,
      Supplier<Optional<String>> stored,
      Optional<Push> last,
      Instant now) {
    if (last.isEmpty() || !last.get().digest().equals(file.digest(server.name()))) {
      boolean unseen =
          server.varz().isPresent() && stored.get().filter(file.hash()::equals).isPresent();
      boolean doubtful = last.filter(known -> !known.confirmed()).isPresent();
      return new PushStep(Push.start(server, file, doubtful, now), true, unseen);
    }
    Push push = last.get();
    if (!push.hash().equals(file.hash())) {
      return new PushStep(push.inOtherBytes(file.hash(), server.varz(), now), true, false);
    }
    if (push.confirmed() || reloaded(push, server, now)) {
      return new PushStep(push.confirm(), false, false);
    }
    boolean answersAtLast = server.varz().isPresent() && push.loadTimeBefore().isEmpty();
    return answersAtLast ? new PushStep(push, false, true) : repeat(push, now);
  }

  private static boolean reloaded(Push push, ObservedServer server, Instant now) {
    return server.varz().isPresent()
        && !push.loadTimeBefore().isEmpty()
        && !push.loadTimeBefore().equals(Push.loadTime(server.varz()))
        && (!push.doubtful() || now.isAfter(push.lastAt().plus(SETTLED)));
  }

  private static PushStep repeat(Push push, Instant now) {
    return push.due(now)
        ? new PushStep(push.again(now), true, push.attempts() >= ATTEMPTS_WITH_SAME_BYTES)
        : new PushStep(push, false, false);
  }
}
