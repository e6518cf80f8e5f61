package org.natsoperator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.natsoperator.config.Ports;

/**
 * The monitoring port of servers that need a while for each answer and never load their
 * configuration, so that their clusters are reconciled again and again.
 */
public final class SlowMonitoring implements AutoCloseable {

  private static final String ADDRESS = LoopbackAddresses.of(92);

  private static final byte[] VARZ =
      "{\"server_id\": \"a\", \"version\": \"2.15.3\"}".getBytes(StandardCharsets.UTF_8);

  /** Less than the operator waits. */
  private static final int DELAY_MILLIS = 100;

  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private SlowMonitoring() throws IOException {
    server = HttpServer.create(new InetSocketAddress(ADDRESS, Ports.MONITORING), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/varz", this::answer);
    server.start();
  }

  /** Starts to listen. */
  public static SlowMonitoring start() throws IOException {
    return new SlowMonitoring();
  }

  /** Creates the pod of the only server of a cluster. */
  public void createPod(StatefulSet set, KubernetesClient client) {
    LoopbackPods.create(set, 1, ADDRESS, client);
  }

  /** The number of requests that have waited for their time. */
  public int requests() {
    return requests.get();
  }

  /** The most requests that waited for an answer at the same time. */
  public int mostAtATime() {
    return most.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    try {
      Thread.sleep(DELAY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      now.decrementAndGet();
      requests.incrementAndGet();
    }
    exchange.sendResponseHeaders(200, VARZ.length);
    exchange.getResponseBody().write(VARZ);
    exchange.close();
  }
}
