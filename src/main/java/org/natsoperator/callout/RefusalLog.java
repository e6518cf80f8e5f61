package org.natsoperator.callout;

import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.token.LoginTokenVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.stereotype.Component;

/**
 * Logs refused logins: the identity and the reason, never the token. Anyone can try to log in very
 * often, so only the first refusals of a cluster in each second have a line. Genuine tokens have
 * lines of their own, which forged ones cannot use up. {@link #summarize} logs how many have none.
 */
@Component
class RefusalLog {

  static final int MOST_PER_SECOND = 10;

  /** A namespace, a slash and the name of a ServiceAccount. */
  private static final int MAX_LENGTH = 63 + 1 + 253;

  /** Neither names nor addresses contain these characters, which could forge the rest of a line. */
  private static final Pattern UNUSUAL = Pattern.compile("[^-\\w.:%/]");

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  private final Clock clock;
  private final Map<String, Lines> byCluster = new ConcurrentHashMap<>();

  /** The lines of one cluster. */
  private static final class Lines {

    private final PerSecond genuine = new PerSecond(MOST_PER_SECOND);
    private final PerSecond claimed = new PerSecond(MOST_PER_SECOND);
    private final AtomicLong omitted = new AtomicLong();
  }

  RefusalLog(Clock clock) {
    this.clock = clock;
  }

  /**
   * Logs a refusal.
   *
   * @param genuine whether the API server signed or confirmed the token; otherwise anyone may have
   *     written the identity in it
   */
  void refused(NatsCluster cluster, Request request, Reason reason, boolean genuine) {
    String name = ObjectName.of(cluster);
    Lines lines = byCluster.computeIfAbsent(name, key -> new Lines());
    if (!(genuine ? lines.genuine : lines.claimed).permits(clock.instant())) {
      lines.omitted.incrementAndGet();
      return;
    }
    LoggingEventBuilder line = LOG.atInfo().addKeyValue(ObjectName.KEY, name);
    LoginTokenVerifier.unverifiedIdentity(request.token())
        .ifPresent(
            identity ->
                line.addKeyValue(
                    genuine ? "identity" : "claimedIdentity", printable(identity.toString())));
    line.addKeyValue("reason", reason)
        .addKeyValue("address", printable(request.host()))
        .addKeyValue("server", request.serverName())
        .addKeyValue("connection", request.clientId())
        .log("Refused a login");
  }

  /** Logs how many refusals had no line since the last call, and forgets all other clusters. */
  void summarize(Collection<NatsCluster> clusters) {
    byCluster.forEach(RefusalLog::summarize);
    byCluster.keySet().retainAll(clusters.stream().map(ObjectName::of).toList());
  }

  @PreDestroy
  void stop() {
    summarize(List.of());
  }

  private static void summarize(String cluster, Lines lines) {
    long omitted = lines.omitted.getAndSet(0);
    if (omitted > 0) {
      LOG.atInfo()
          .addKeyValue(ObjectName.KEY, cluster)
          .addKeyValue("count", omitted)
          .log("Omitted lines of refused logins");
    }
  }

  private static String printable(String text) {
    String shown = UNUSUAL.matcher(text).replaceAll("?");
    return shown.substring(0, Math.min(shown.length(), MAX_LENGTH));
  }
}
