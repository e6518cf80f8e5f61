package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.natsoperator.config.Ports;
import org.natsoperator.testing.ServerPods;

/** Servers that answer as no nats-server does: whose image it is, the cluster's owner says. */
@Timeout(20)
class ServerProbeTest {

  private static final String ADDRESS = "127.0.0.88";

  private final ServerProbe probe = new ServerProbe();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(ADDRESS, Ports.MONITORING), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void oneThatBeginsToAnswerAndStopsHasNotAnswered() {
    server.createContext("/varz", exchange -> begin(exchange).write('{'));

    assertThat(probe.ask(List.of(pod())).getFirst().varz()).isEmpty();
  }

  @Test
  void oneThatAnswersWithoutEndHasNotAnswered() {
    server.createContext(
        "/varz",
        exchange -> {
          OutputStream body = begin(exchange);
          while (over.getCount() > 0) {
            body.write(new byte[1 << 16]);
          }
        });

    assertThat(probe.ask(List.of(pod())).getFirst().varz()).isEmpty();
  }

  @Test
  void connectionsComeInPages() {
    server.createContext(
        "/connz",
        exchange -> {
          long offset = Long.parseLong(exchange.getRequestURI().getQuery().replaceFirst(".*offset=", ""));
          String connections =
              LongStream.range(offset, Math.min(offset + 1_000, 2_345)).mapToObj("{\"cid\": %d}"::formatted).collect(Collectors.joining(","));
          byte[] answer = "{\"server_id\": \"a\", \"connections\": [%s]}".formatted(connections).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });

    Connz connz = probe.connections(new ObservedServer(pod(), Optional.empty())).orElseThrow();

    assertThat(connz.serverId()).isEqualTo("a");
    assertThat(connz.connections()).extracting(Connz.Connection::cid).hasSize(2_345).doesNotHaveDuplicates();
  }

  private static OutputStream begin(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static Pod pod() {
    return new PodBuilder(ServerPods.running("example-nats-1", "2.15.2", "any")).editOrNewStatus().withPodIP(ADDRESS).endStatus().build();
  }
}
