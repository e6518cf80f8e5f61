package org.natsoperator.testing;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.natsoperator.config.Ports;

/**
 * The servers of a hostile image, all at one loopback address. Their monitoring ports answer, so
 * that the operator asks for a reload. Their client ports accept connections and never answer.
 */
public final class HangingServers implements AutoCloseable {

  private static final String ADDRESS = LoopbackAddresses.of(89);
  private static final String VARZ =
      "{\"server_id\": \"a\", \"version\": \"2.15.3\", \"config_digest\": \"sha256:other\"}";

  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final HttpServer monitoring;
  private final ServerSocket port;

  private HangingServers() throws IOException {
    monitoring = HttpServer.create(new InetSocketAddress(ADDRESS, Ports.MONITORING), 0);
    monitoring.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    byte[] varz = VARZ.getBytes(StandardCharsets.UTF_8);
    monitoring.createContext(
        "/varz",
        exchange -> {
          exchange.sendResponseHeaders(200, varz.length);
          exchange.getResponseBody().write(varz);
          exchange.close();
        });
    monitoring.start();
    port = new ServerSocket(Ports.CLIENT, 500, InetAddress.getByName(ADDRESS));
    Thread.ofVirtual().start(this::accept);
  }

  /** Starts to listen. */
  public static HangingServers start() throws IOException {
    return new HangingServers();
  }

  /** Creates this number of server pods of a StatefulSet. */
  public void createPods(StatefulSet set, int count, KubernetesClient client) {
    StatefulSetController.see(set, "1", client);
    for (int ordinal = 1; ordinal <= count; ordinal++) {
      LoopbackPods.create(set, ordinal, ADDRESS, client);
    }
  }

  /** The number of connections that clients have opened. */
  public int connections() {
    return clients.size();
  }

  @Override
  public void close() throws IOException {
    monitoring.stop(0);
    port.close();
    for (Socket client : clients) {
      client.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        clients.add(port.accept());
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }
}
