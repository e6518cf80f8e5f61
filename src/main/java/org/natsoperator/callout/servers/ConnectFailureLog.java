package org.natsoperator.callout.servers;

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
public final class ConnectFailureLog {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectFailureLog.class);

  private final Map<String, Class<?>> failing = new ConcurrentHashMap<>();

  /** The operator failed to connect to a cluster. */
  public void failed(NatsCluster cluster, Exception failure) {
    Class<?> before = failing.put(cluster.getMetadata().getUid(), failure.getClass());
    log(failure.getClass().equals(before) ? Level.DEBUG : Level.WARN, cluster, failure);
  }

  /** The operator failed to open the spare connection; it answers through the first one. */
  public void spareFailed(NatsCluster cluster, Exception failure) {
    log(Level.DEBUG, cluster, failure);
  }

  private static void log(Level level, NatsCluster cluster, Exception failure) {
    LOG.atLevel(level)
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .addKeyValue("error", failure.toString())
        .log("Failed to connect to a cluster; retrying");
  }

  /** The operator is connected to a cluster. */
  public void connected(NatsCluster cluster) {
    failing.remove(cluster.getMetadata().getUid());
  }
}
