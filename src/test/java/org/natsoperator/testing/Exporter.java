package org.natsoperator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A stand-in for the Prometheus exporter of nats-server, which does not run here. It exports each
 * number of {@code /varz} under the name that collector.go of the exporter 0.18 gives it. Use it in
 * a try block.
 */
public final class Exporter implements AutoCloseable {

  private final HttpServer server;
  private final Supplier<JsonNode> varz;

  private Exporter(HttpServer server, Supplier<JsonNode> varz) {
    this.server = server;
    this.varz = varz;
  }

  /** Starts an exporter for a server that answers {@code /varz} like this. */
  public static Exporter start(Supplier<JsonNode> varz) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Exporter exporter = new Exporter(server, varz);
    server.createContext("/metrics", exporter::answer);
    server.start();
    return exporter;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] metrics =
        varz.get().properties().stream()
            .filter(field -> field.getValue().isNumber())
            .map(field -> "gnatsd_varz_%s %s\n".formatted(field.getKey(), field.getValue()))
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, metrics.length);
    try (var body = exchange.getResponseBody()) {
      body.write(metrics);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
