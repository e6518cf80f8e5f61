package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.Pages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads why the API server rejects the pods of a StatefulSet, for example because of a quota. The
 * StatefulSet controller reports it only as Events.
 */
@Component
class RejectedPods {

  private static final Logger LOG = LoggerFactory.getLogger(RejectedPods.class);

  /** A pod is usually created sooner. */
  private static final Duration USUAL_DELAY = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  /** Pods can be missing for days. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private static final int GROWTH = 3;

  /** The StatefulSet controller retries with a backoff of up to 16 minutes. */
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(17);

  private static final String REASON = "FailedCreate";
  private static final String ABOUT = "create Pod ";
  private static final String BEFORE_CAUSE = " failed error: ";

  /** In characters, as in an Event. */
  private static final int LONGEST_CAUSE = 1_024;

  /**
   * Pods that are missing.
   *
   * @param nextRead when to read the Events again
   * @param pause between that and the read after it
   * @param cause the last one that was read
   */
  private record Missing(Instant nextRead, Duration pause, Optional<String> cause) {}

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Missing> missing = new ConcurrentHashMap<>();

  RejectedPods(KubernetesClient client, Clock clock, Leadership leadership) {
    this.client = client;
    this.clock = clock;
    leadership.whenEnded(missing::clear);
  }

  /**
   * The cause if pods of the StatefulSet are missing, and it is known.
   *
   * @param pods names of the existing pods
   */
  Optional<String> cause(StatefulSet set, Set<String> pods) {
    String uid = set.getMetadata().getUid();
    if (!lacksPods(set, pods.size())) {
      missing.remove(uid);
      return Optional.empty();
    }
    Instant now = clock.instant();
    // Those of deleted StatefulSets are not read again.
    missing.values().removeIf(other -> other.nextRead().isBefore(now.minus(LONGEST_RETRY)));
    Missing current = next(set, pods, Optional.ofNullable(missing.get(uid)), now);
    missing.put(uid, current);
    return current.cause();
  }

  /** Whether the StatefulSet controller has had the chance to create all pods. */
  private static boolean lacksPods(StatefulSet set, int pods) {
    return pods < set.getSpec().getReplicas()
        && set.getStatus() != null
        && Objects.equals(
            set.getMetadata().getGeneration(), set.getStatus().getObservedGeneration());
  }

  private Missing next(StatefulSet set, Set<String> pods, Optional<Missing> before, Instant now) {
    if (before.isEmpty()) {
      return new Missing(now.plus(USUAL_DELAY), FIRST_PAUSE, Optional.empty());
    }
    Missing last = before.get();
    if (now.isBefore(last.nextRead())) {
      return last;
    }
    Duration longer = last.pause().multipliedBy(GROWTH);
    return new Missing(
        now.plus(last.pause()),
        longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE,
        read(set, pods, now, last.cause()));
  }

  private Optional<String> read(
      StatefulSet set, Set<String> pods, Instant now, Optional<String> before) {
    try {
      // Each pod has its own Event; the newest one would alternate.
      return events(set)
          .filter(event -> event.getMessage() != null)
          .filter(event -> isRecent(event, now))
          .map(Event::getMessage)
          .filter(message -> pods.stream().noneMatch(pod -> message.startsWith(ABOUT + pod + " ")))
          .min(Comparator.naturalOrder())
          .map(RejectedPods::withoutPrefix)
          .map(cause -> cause.substring(0, Math.min(cause.length(), LONGEST_CAUSE)));
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Cannot read the Events of a StatefulSet");
      return before;
    }
  }

  /** One page: others may have created any number of such Events. */
  private Stream<Event> events(StatefulSet set) {
    var events =
        client
            .v1()
            .events()
            .inNamespace(set.getMetadata().getNamespace())
            .withField("involvedObject.uid", set.getMetadata().getUid())
            .withField("reason", REASON);
    return Pages.page(events, null).getItems().stream();
  }

  private static boolean isRecent(Event event, Instant now) {
    String last = Objects.requireNonNullElse(event.getLastTimestamp(), "");
    try {
      return Instant.parse(last).isAfter(now.minus(LONGEST_RETRY));
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static String withoutPrefix(String message) {
    int prefix = message.indexOf(BEFORE_CAUSE);
    return prefix < 0 ? message : message.substring(prefix + BEFORE_CAUSE.length());
  }
}
