package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.server.RefusedLogin;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Opens the connections through which the operator receives refused logins. */
@Component
class RefusedLoginConnector {

  private static final Logger LOG = LoggerFactory.getLogger(RefusedLoginConnector.class);

  /** Between two calls of {@link Feed#receive}. */
  private static final int MOST_EVENTS = 50;

  private static final long MOST_BYTES = 1 << 20;

  /** A server can be any program, which accepts a connection and ends it at once. */
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofSeconds(10);

  private final SystemAccountClient servers;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  RefusedLoginConnector(SystemAccountClient servers) {
    this.servers = servers;
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** Connects to the server and returns at once. */
  void open(Feed feed, NatsCluster cluster, Pod server) {
    threads.execute(() -> connect(feed, cluster, server));
  }

  private void connect(Feed feed, NatsCluster cluster, Pod server) {
    try {
      feed.opened(servers.openForEvents(cluster, server), RefusedLoginListener.uid(server));
    } catch (IOException | RuntimeException e) {
      log(cluster, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      feed.opening.set(false);
    }
  }

  static void log(NatsCluster cluster, Exception failure) {
    LOG.atDebug()
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .addKeyValue("error", failure.toString())
        .log("Failed to receive the refused logins of a cluster; retrying");
  }

  /** The events of one cluster. */
  static final class Feed {

    private final AtomicBoolean opening = new AtomicBoolean();
    private volatile Connection connection;
    private volatile String podUid = "";
    private volatile boolean ended;
    private Instant lastOpening = Instant.EPOCH;
    private Subscription subscription;

    /** Whether the caller may open a connection, since there is none. */
    boolean beginOpening(Instant now) {
      if (isOpen()
          || now.isBefore(lastOpening.plus(BETWEEN_CONNECTIONS))
          || !opening.compareAndSet(false, true)) {
        return false;
      }
      lastOpening = now;
      return true;
    }

    void opened(Connection newConnection, String server) {
      podUid = server;
      connection = newConnection;
      if (ended) {
        close();
      }
    }

    private boolean isOpen() {
      return connection != null && connection.getStatus() == Connection.Status.CONNECTED;
    }

    /**
     * Reads the events that have arrived. The server ends the subscription after a number of
     * events; the next call begins another one. The client library drops events above {@link
     * #MOST_BYTES}, and such a subscription would wait for them indefinitely, so it is replaced.
     */
    void receive(Consumer<byte[]> reader) {
      if (!isOpen()) {
        return;
      }
      try {
        while (subscription != null && subscription.isActive()) {
          // Without a timeout, it returns at once.
          Message event = subscription.nextMessage((Duration) null);
          if (event == null) {
            break;
          }
          reader.accept(event.getData());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (subscription != null && subscription.isActive() && subscription.getDroppedCount() > 0) {
        subscription.unsubscribe();
      }
      if (subscription == null || !subscription.isActive()) {
        subscription = connection.subscribe(RefusedLogin.SUBJECT);
        subscription.setPendingLimits(MOST_EVENTS, MOST_BYTES);
        subscription.unsubscribe(MOST_EVENTS);
      }
    }

    void closeUnlessTo(List<Pod> servers) {
      if (connection != null
          && (!isOpen()
              || servers.stream().noneMatch(pod -> RefusedLoginListener.uid(pod).equals(podUid)))) {
        close();
      }
    }

    void end() {
      ended = true;
      close();
    }

    private void close() {
      Connection open = connection;
      connection = null;
      try {
        if (open != null) {
          open.close();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
