package org.natsoperator.cluster.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.keys.ClusterKeyStore;
import org.natsoperator.config.Ports;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Sends requests to servers from version 2.10 on as a user of their system account: reload where
 * there is no sidecar, and close connections.
 */
@Component
public class SystemAccountClient {

  private static final Logger LOG = LoggerFactory.getLogger(SystemAccountClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** The client closes a connection after two pings without an answer. */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(5);

  /**
   * The library waits for a lock before it discards a message. While a server does not read, the
   * answer to its ping holds this lock, by default for two seconds.
   */
  private static final Duration LONGEST_PUSH = Duration.ofMillis(100);

  /** The server answers pings more often than this, and so a read never waits longer. */
  private static final Duration LONGEST_READ = Duration.ofSeconds(15);

  /** Messages that wait to be sent; more are discarded. The longest answer has 240,000 bytes. */
  private static final int MOST_OUTGOING = 200;

  /** Messages that wait to be handled; more are discarded. Their owners repeat them. */
  private static final int MOST_PENDING = 2_000;

  /** In bytes. */
  private static final int MOST_PENDING_BYTES = 4 << 20;

  private static final int BUFFER = 16 << 10;
  private static final int EVENT_BUFFER = 4096;

  /** In bytes. The memory counts towards the container's limit. */
  private static final int SOCKET_BUFFER = 128 << 10;

  /**
   * A server that reloads may close the operator's connection, which the client logs as an error by
   * default. Requests on a closed connection throw an IllegalStateException (NatsConnection of
   * jnats 2.26.2). Success is read from {@code /varz} and {@code /connz}; failures are retried.
   */
  private static final ErrorListener IGNORE_ERRORS = new ErrorListener() {};

  private final ClusterKeyStore keys;
  private final ExecutorService forEvents = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService pings =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  SystemAccountClient(ClusterKeyStore keys) {
    this.keys = keys;
  }

  /**
   * Asks one server to reload. Its {@code /varz} shows whether it has loaded the file. The cluster
   * reports a refusal once, so the log does not repeat it each second.
   */
  public void reload(NatsCluster cluster, Pod server) {
    try (Connection connection = Nats.connect(options(cluster, server))) {
      String id = connection.getServerInfo().getServerId();
      Message answer =
          connection.request("$SYS.REQ.SERVER." + id + ".RELOAD", new byte[0], TIMEOUT);
      if (answer != null && new String(answer.getData()).contains("\"error\"")) {
        LOG.atDebug()
            .addKeyValue(ObjectName.KEY, ObjectName.of(server))
            .log("Server rejected its configuration; see its log");
      }
    } catch (IOException | IllegalStateException e) {
      LOG.atDebug()
          .addKeyValue(ObjectName.KEY, ObjectName.of(server))
          .addKeyValue("error", e.toString())
          .log("Failed to request a reload");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Closes connections of a server through another one, since a server in lame duck mode does not
   * listen. The server ignores requests without a reply subject.
   *
   * @param through a server of the same cluster that listens, of version 2.10 or newer
   * @param serverId ID of the server that closes the connections
   */
  public void close(NatsCluster cluster, Pod through, String serverId, List<Long> cids) {
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .addKeyValue("connections", cids.size())
        .log("Closing connections of a server in lame duck mode");
    try (Connection connection = Nats.connect(options(cluster, through))) {
      String answer = connection.createInbox();
      for (long cid : cids) {
        byte[] kick = "{\"cid\":%d}".formatted(cid).getBytes(StandardCharsets.US_ASCII);
        connection.publish("$SYS.REQ.SERVER." + serverId + ".KICK", answer, kick);
      }
      connection.flush(TIMEOUT);
    } catch (IOException | TimeoutException | IllegalStateException e) {
      LOG.atDebug()
          .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
          .addKeyValue("error", e.toString())
          .log("Failed to close connections");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Opens a connection that stays. When it ends, the caller opens another one. While the server
   * does not read, messages are lost instead of blocking the caller for longer than {@link
   * #LONGEST_PUSH}.
   *
   * @param servers servers of the cluster with an address; one of them is used
   * @param name of the connection in {@code /connz}
   * @throws IOException if none of the servers accepts the connection
   */
  public Connection open(NatsCluster cluster, List<Pod> servers, String name)
      throws IOException, InterruptedException {
    return Nats.connect(
        options(cluster, servers)
            .connectionName(name)
            .dataPortType(LimitedDataPort.class.getName())
            .bufferSize(BUFFER)
            .receiveBufferSize(SOCKET_BUFFER)
            .sendBufferSize(SOCKET_BUFFER)
            .pingInterval(PING_INTERVAL)
            .maxMessagesInOutgoingQueue(MOST_OUTGOING)
            .socketReadTimeoutMillis((int) LONGEST_READ.toMillis())
            .discardMessagesWhenOutgoingQueueFull()
            .writeQueuePushTimeout(LONGEST_PUSH)
            .build());
  }

  /**
   * Opens a connection that stays, takes little memory, and receives few messages. A connection of
   * the library has seven threads and 180 KB of heap by default, this one no thread and 60 KB. When
   * it ends, the caller opens another one.
   *
   * @throws IOException if the server does not accept the connection
   */
  public Connection openForEvents(NatsCluster cluster, Pod server)
      throws IOException, InterruptedException {
    ThreadFactory threads = Thread.ofVirtual().factory();
    return Nats.connect(
        options(cluster, List.of(server))
            .connectionName("nats-operator-events")
            .dataPortType(LimitedDataPort.class.getName())
            .executor(forEvents)
            .scheduledExecutor(pings)
            .callbackThreadFactory(threads)
            .connectThreadFactory(threads)
            .bufferSize(EVENT_BUFFER)
            .maxMessagesInOutgoingQueue(MOST_OUTGOING)
            .pingInterval(PING_INTERVAL)
            .discardMessagesWhenOutgoingQueueFull()
            .writeQueuePushTimeout(LONGEST_PUSH)
            .build());
  }

  /** A dispatcher of a connection, which discards messages while too many wait for the handler. */
  public static Dispatcher dispatcher(Connection connection, MessageHandler handler) {
    Dispatcher dispatcher = connection.createDispatcher(handler);
    dispatcher.setPendingLimits(MOST_PENDING, MOST_PENDING_BYTES);
    return dispatcher;
  }

  /**
   * The URL for clients of a server with an address, as a connection to it returns it: see {@link
   * Connection#getConnectedUrl}.
   */
  public static String url(Pod server) {
    return "nats://" + Ports.address(server.getStatus().getPodIP(), Ports.CLIENT);
  }

  @PreDestroy
  void stop() {
    forEvents.shutdownNow();
    pings.shutdownNow();
  }

  private Options options(NatsCluster cluster, Pod server) throws IOException {
    return options(cluster, List.of(server))
        .connectionName("nats-operator")
        .dataPortType(LimitedDataPort.class.getName())
        .build();
  }

  private Options.Builder options(NatsCluster cluster, List<Pod> servers) throws IOException {
    NKey key =
        keys.nkey(cluster)
            .orElseThrow(() -> new IOException("the keys of the cluster do not exist"));
    return Options.builder()
        .servers(servers.stream().map(SystemAccountClient::url).toArray(String[]::new))
        .authHandler(Nats.staticCredentials(new char[0], key.getSeed()))
        .connectionTimeout(TIMEOUT)
        .errorListener(IGNORE_ERRORS)
        .ignoreDiscoveredServers()
        .noReconnect();
  }
}
