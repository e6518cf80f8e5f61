package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nats.client.Connection;
import io.nats.client.Message;
import jakarta.annotation.PreDestroy;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.protocol.CalloutMessage;
import org.natsoperator.callout.protocol.CalloutMessage.Ignored;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.CalloutReader;
import org.natsoperator.callout.protocol.CalloutResponse;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.callout.protocol.Decision.Refused;
import org.natsoperator.callout.protocol.Decision.Silence;
import org.natsoperator.cluster.keys.CalloutSeeds;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.nkey.XKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Answers the requests of servers, each in a thread of its own. */
@Component
class LoginHandler {

  /** Header with the key for which the answer is encrypted. */
  private static final String SENDER = "Nats-Server-Xkey";

  /** One cluster gets half of them. */
  private static final int MOST_PLACES = 2_000;

  /** A message takes a place for each part of this length; a usual one has some 3,000 bytes. */
  private static final int BYTES_PER_PLACE = 4 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(LoginHandler.class);

  private final LoginObserver observer;
  private final CalloutMetrics metrics;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final ClusterPlaces places = new ClusterPlaces(MOST_PLACES);
  private final RefusalDelay refusals = new RefusalDelay(RefusalDelay.LEAST);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * An answer to a server.
   *
   * @param elapsed time from the arrival of the request to the decision
   */
  private record Answer(byte[] encrypted, boolean isRefusal, Duration elapsed) {}

  LoginHandler(LoginObserver observer, CalloutMetrics metrics, Clock clock) {
    this.observer = observer;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Answers a message from a server of the cluster; returns at once. A request that finds no place
   * gets no answer, and its client tries again.
   */
  void handle(NatsCluster cluster, CalloutSeeds keys, Connection connection, Message message) {
    Optional<CalloutMessage.IgnoreReason> obstacle = obstacle(message);
    if (obstacle.isPresent()) {
      metrics.ignored(cluster, obstacle.get());
      return;
    }
    String uid = cluster.getMetadata().getUid();
    int count = 1 + (int) message.consumeByteCount() / BYTES_PER_PLACE;
    if (!places.enter(uid, count)) {
      metrics.overloaded(cluster);
      return;
    }
    metrics.began();
    Instant arrival = clock.instant();
    threads.execute(
        () -> {
          try {
            answerHoldingPlaces(cluster, keys, message, arrival, count)
                .ifPresent(answer -> publish(uid, count, connection, message.getReplyTo(), answer));
          } catch (IllegalStateException closed) {
            LOG.atDebug().log("A connection ended before the answer to a login");
          } catch (RuntimeException e) {
            LOG.atError()
                .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
                .setCause(e)
                .log("Deciding about a login failed");
          }
        });
  }

  private static Optional<CalloutMessage.IgnoreReason> obstacle(Message message) {
    if (message.consumeByteCount() > CalloutReader.MAX_MESSAGE_BYTES) {
      return Optional.of(CalloutMessage.IgnoreReason.SIZE);
    }
    return message.getReplyTo() == null
        ? Optional.of(CalloutMessage.IgnoreReason.CONTENT)
        : Optional.empty();
  }

  private Optional<Answer> answerHoldingPlaces(
      NatsCluster cluster, CalloutSeeds keys, Message message, Instant arrival, int count) {
    try {
      // Its client has given up, and the requests of others wait.
      if (isLate(Duration.between(arrival, clock.instant()))) {
        metrics.overloaded(cluster);
        return Optional.empty();
      }
      return answer(cluster, keys, message, arrival);
    } finally {
      places.leave(cluster.getMetadata().getUid(), count);
      metrics.ended();
    }
  }

  /** The thread of a refusal keeps its request while it waits. */
  private void publish(
      String clusterUid, int count, Connection connection, String subject, Answer answer) {
    try {
      if (answer.isRefusal()) {
        refusals.await(clusterUid, count, answer.elapsed());
      }
      connection.publish(subject, answer.encrypted());
    } catch (IllegalArgumentException e) {
      // The server announced a limit that no answer keeps, or a subject that is not valid.
      LOG.atDebug().addKeyValue("error", e.toString()).log("Failed to answer a login");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** Empty for silence. */
  private Optional<Answer> answer(
      NatsCluster cluster, CalloutSeeds keys, Message message, Instant arrival) {
    CalloutReader reader = new CalloutReader(keys.xkey(), cluster.getMetadata().getName());
    String sender = message.hasHeaders() ? message.getHeaders().getFirst(SENDER) : null;
    return switch (reader.read(message.getData(), sender, arrival)) {
      case Ignored(CalloutMessage.IgnoreReason reason)
          when reason == CalloutMessage.IgnoreReason.ENCRYPTION && keys.previous().isPresent() ->
          answer(cluster, keys.previous().get(), message, arrival);
      case Ignored(CalloutMessage.IgnoreReason reason) -> {
        metrics.ignored(cluster, reason);
        yield Optional.empty();
      }
      case Request request -> {
        Decision decision = observer.decide(cluster, request);
        Instant now = clock.instant();
        Duration duration = Duration.between(arrival, now);
        metrics.decided(cluster, decision, duration);
        yield text(keys, request, decision, now)
            .flatMap(text -> keys.xkey().seal(text.getBytes(US_ASCII), sender, nonce()))
            .map(encrypted -> new Answer(encrypted, decision instanceof Refused, duration));
      }
    };
  }

  private static boolean isLate(Duration sinceArrival) {
    return sinceArrival.compareTo(CalloutReader.MAX_AGE) > 0;
  }

  private static Optional<String> text(
      CalloutSeeds keys, Request request, Decision decision, Instant now) {
    CalloutResponse response = new CalloutResponse(keys.issuer());
    return switch (decision) {
      case Granted granted -> Optional.of(response.granted(request, granted, now));
      case Refused(Decision.Reason reason) -> Optional.of(response.refused(request, reason, now));
      case Silence silence -> Optional.empty();
    };
  }

  private byte[] nonce() {
    byte[] nonce = new byte[XKey.NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }
}
