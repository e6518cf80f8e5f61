package org.natsoperator.callout;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs failures to connect to clusters, which are retried each half second: a warning for the first
 * one and for each of another kind. Messages name the servers, whose order changes.
 */
final class ConnectFailureLog {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectFailureLog.class);

  private final Map<String, Class<?>> failing = new ConcurrentHashMap<>();

  /** The operator failed to connect to a cluster. */
  void failed(NatsCluster cluster, Exception failure) {
    Class<?> before = failing.put(cluster.getMetadata().getUid(), failure.getClass());
    LOG.atLevel(failure.getClass().equals(before) ? Level.DEBUG : Level.WARN)
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .addKeyValue("error", failure.toString())
        .log("Failed to connect to a cluster; retrying");
  }

  /** The operator is connected to a cluster. */
  void connected(NatsCluster cluster) {
    failing.remove(cluster.getMetadata().getUid());
  }
}
