package org.natsoperator.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import org.natsoperator.config.Ports;

/**
 * The monitoring port of servers of a hostile image. It answers with almost the longest state that
 * the operator accepts, and never with the wanted configuration, so that the operator asks the
 * servers to reload.
 */
public record HostileMonitoring(HttpServer server) implements AutoCloseable {

  /** Less than 128 KiB. */
  private static final String VARZ =
      "{\"server_id\": \"a\", \"version\": \"2.15.3\", \"config_digest\": \"sha256:%s\"}"
          .formatted("a".repeat(130_000));

  static HostileMonitoring start(String address) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, Ports.MONITORING), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    byte[] varz = VARZ.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/varz",
        exchange -> {
          exchange.sendResponseHeaders(200, varz.length);
          exchange.getResponseBody().write(varz);
          exchange.close();
        });
    server.start();
    return new HostileMonitoring(server);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
