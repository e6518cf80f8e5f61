package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.config.Ports;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;

/** Servers with responses that no nats-server gives: the user chooses the image. */
@Timeout(180)
class MonitoringClientTest {

  private static final String ADDRESS = "127.0.0.88";

  private static final ObservedServer SERVER = ObservedServerFixture.of(pod()).build();

  /** A generous timeout: these tests do not measure speed. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final MonitoringClient probe = new MonitoringClient(TIMEOUT, TIMEOUT);
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
  void incompleteResponseCountsAsNoAnswer() {
    server.createContext("/varz", exchange -> begin(exchange).write('{'));

    assertThat(new MonitoringClient().varz(List.of(pod())).getFirst()).isEmpty();
  }

  /** Each reconciliation would wait for it. */
  @Test
  void asksSilentServerLessOften() {
    AtomicInteger requests = new AtomicInteger();
    server.createContext(
        "/varz",
        exchange -> {
          requests.incrementAndGet();
          begin(exchange).write('{');
        });
    MonitoringClient impatient =
        new MonitoringClient(Duration.ofMillis(100), Duration.ofMillis(100));

    // After some seconds it may be asked again.
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    for (int turn = 0; turn < 20 && System.nanoTime() < end; turn++) {
      assertThat(impatient.varz(List.of(pod())).getFirst()).isEmpty();
    }

    assertThat(requests.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void endlessResponseCountsAsNoAnswer() {
    server.createContext(
        "/varz",
        exchange -> {
          OutputStream body = begin(exchange);
          while (over.getCount() > 0) {
            body.write(new byte[1 << 16]);
          }
        });

    assertThat(probe.varz(List.of(pod())).getFirst()).isEmpty();
  }

  @Test
  void oversizedVarzCountsAsNoAnswer() {
    answer(
        "/varz",
        exchange -> "{\"port\": 4222, \"server_id\": \"%s\"}".formatted("a".repeat(200 << 10)));
    assertThat(probe.varz(List.of(pod())).getFirst()).isEmpty();
  }

  @Test
  void readsVarzOfServer() {
    answer("/varz", exchange -> "{\"port\": 4222, \"server_id\": \"a\"}");
    assertThat(probe.varz(List.of(pod())).getFirst()).isPresent();
  }

  @Test
  void readsConnectionsInPages() {
    answer("/connz", exchange -> connections(exchange, 2_345, ""));

    assertThat(all().serverId()).isEqualTo("a");
    assertThat(all().cids()).hasSize(2_345).doesNotHaveDuplicates();
  }

  @Test
  void returnsOnlyMatchingConnections() {
    answer("/connz", exchange -> connections(exchange, 2_345, ""));

    assertThat(
            probe
                .connections(SERVER.pod(), connection -> connection.cid() % 1_000 == 7)
                .orElseThrow()
                .cids())
        .containsExactly(7L, 1_007L, 2_007L);
  }

  /** Otherwise a client could hide by a long name. */
  @Test
  void readsSmallerPagesIfNamesAreLong() {
    answer("/connz", exchange -> connections(exchange, 1_234, "<".repeat(10_000)));

    assertThat(all().cids()).hasSize(1_234).doesNotHaveDuplicates();
  }

  @Test
  void readsLargerPagesAfterSmallPage() {
    AtomicInteger requests = new AtomicInteger();
    answer(
        "/connz",
        exchange ->
            requests.incrementAndGet() == 1 ? "no page" : connections(exchange, 10_000, ""));

    assertThat(all().cids()).hasSize(10_000).doesNotHaveDuplicates();
    // Pages of 100, 200, 400 and 800, then of 1,000, and an empty page.
    assertThat(requests.get()).isEqualTo(1 + 4 + 9);
  }

  /** A short text may need much memory after parsing. */
  @Test
  void moreConnectionsThanRequestedCountAsNoAnswer() {
    answer("/connz", exchange -> connections(exchange, "{},".repeat(600_000) + "{}"));

    assertThat(probe.connections(SERVER.pod(), connection -> true)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "[]", "{\"cid\": 1e999}", "{\"cid\": \"a\"}", "{"})
  void invalidConnectionCountsAsNoAnswer(String connection) {
    answer("/connz", exchange -> connections(exchange, connection));

    assertThat(probe.connections(SERVER.pod(), any -> true)).isEmpty();
  }

  @Test
  void invalidServerIdCountsAsNoAnswer() {
    answer("/connz", exchange -> "{\"server_id\": \"a.KICK 1\\r\\n\", \"connections\": []}");

    assertThat(probe.connections(SERVER.pod(), connection -> true)).isEmpty();
  }

  @Test
  void limitsNumberOfPages() {
    answer("/connz", exchange -> connections(exchange, "{},".repeat(999) + "{}"));

    assertThat(all().cids()).hasSizeBetween(1_000, 200_000);
  }

  @Test
  void stoppedServerCountsAsNoAnswer() {
    server.stop(0);
    assertThat(probe.connections(SERVER.pod(), connection -> true)).isEmpty();
  }

  private MonitoringClient.Connections all() {
    return probe.connections(SERVER.pod(), connection -> true).orElseThrow();
  }

  private static String connections(HttpExchange exchange, long all, String name) {
    String query = exchange.getRequestURI().getQuery();
    long offset = number(query, "offset");
    return LongStream.range(offset, Math.min(offset + number(query, "limit"), all))
        .mapToObj(cid -> "{\"cid\": %d, \"name\": \"%s\"}".formatted(cid, name))
        .collect(
            Collectors.collectingAndThen(
                Collectors.joining(","), list -> connections(exchange, list)));
  }

  private static String connections(HttpExchange exchange, String list) {
    return "{\"server_id\": \"a\", \"connections\": [%s], \"offset\": %d}"
        .formatted(list, number(exchange.getRequestURI().getQuery(), "offset"));
  }

  private static long number(String query, String parameter) {
    return Long.parseLong(query.replaceFirst(".*" + parameter + "=(\\d+).*", "$1"));
  }

  private void answer(String path, Function<HttpExchange, String> text) {
    server.createContext(
        path,
        exchange -> {
          byte[] answer = text.apply(exchange).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
  }

  private static OutputStream begin(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static Pod pod() {
    return new PodBuilder(ServerPods.running("example-nats-1", "2.15.3", "any"))
        .editOrNewStatus()
        .withPodIP(ADDRESS)
        .endStatus()
        .build();
  }
}
