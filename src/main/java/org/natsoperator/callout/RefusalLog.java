package org.natsoperator.callout;

import java.time.Clock;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Refused;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Logs refused logins whose token the API server signed: the identity and the reason, never the
 * token. A client may try very often, so only the first refusals of each second have a line; a
 * metric counts all.
 */
@Component
class RefusalLog {

  private static final int MOST_PER_SECOND = 10;

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  private final Clock clock;
  private final PerSecond lines = new PerSecond(MOST_PER_SECOND);

  RefusalLog(Clock clock) {
    this.clock = clock;
  }

  /** Logs the decision if it is a refusal. */
  void decided(NatsCluster cluster, Request request, Identity identity, Decision decision) {
    if (decision instanceof Refused(Decision.Reason reason) && lines.permits(clock.instant())) {
      LOG.atInfo()
          .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
          .addKeyValue("identity", identity)
          .addKeyValue("reason", reason)
          .addKeyValue("server", request.serverName())
          .addKeyValue("connection", request.clientId())
          .log("Refused a login");
    }
  }
}
