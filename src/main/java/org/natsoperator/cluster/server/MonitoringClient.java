package org.natsoperator.cluster.server;

import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.natsoperator.config.Ports;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Sends requests to the monitoring ports of servers in parallel; late responses are ignored. A
 * server that repeatedly does not answer is asked for its state less often.
 */
@Component
public class MonitoringClient {

  private static final Duration TIMEOUT = Duration.ofMillis(300);

  /** Until the last byte: the timeout of a request ends with the response headers. */
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(1);

  /** A real response has about 10 KB. */
  private static final long MAX_VARZ_BYTES = 128 << 10;

  /** Clients choose their names, so a page may be larger; smaller pages are requested then. */
  private static final long MAX_PAGE_BYTES = 2 << 20;

  private static final int CONNECTIONS_OF_A_PAGE = 1_000;
  private static final int MOST_PAGES = 200;

  /** The time for all pages, in response timeouts. */
  private static final int TIMEOUTS_OF_ALL_PAGES = 5;

  private final HttpClient client;
  private final Duration timeout;
  private final Duration responseTimeout;
  private final SlowServers slow = new SlowServers();

  @Autowired
  MonitoringClient() {
    this(TIMEOUT, RESPONSE_TIMEOUT);
  }

  MonitoringClient(Duration timeout, Duration responseTimeout) {
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
    this.timeout = timeout;
    this.responseTimeout = responseTimeout;
  }

  /** The state of each server, in the order of the pods; empty if a server did not respond. */
  public List<Optional<Varz>> varz(List<Pod> pods) {
    List<CompletableFuture<Optional<Varz>>> answers = pods.stream().map(this::varz).toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<Optional<Varz>> varz(Pod pod) {
    String uid = pod.getMetadata().getUid();
    Instant start = Instant.now();
    if (!slow.mayAsk(uid, start)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return ask(pod, "varz", MAX_VARZ_BYTES, Varz::parse)
        .whenComplete((answer, failure) -> rate(uid, start, Instant.now()));
  }

  private void rate(String uid, Instant start, Instant end) {
    if (Duration.between(start, end).compareTo(timeout) < 0) {
      slow.answered(uid);
    } else {
      slow.timedOut(uid, end);
    }
  }

  /** The ID of a server and the IDs of its connections. */
  public record Connections(String serverId, List<Long> cids) {}

  /** The matching connections that the server reports in time; empty if it does not respond. */
  public Optional<Connections> connections(Pod server, Predicate<Connz.Connection> matching) {
    long end = System.nanoTime() + TIMEOUTS_OF_ALL_PAGES * responseTimeout.toNanos();
    List<Long> found = new ArrayList<>();
    String serverId = null;
    int offset = 0;
    int size = CONNECTIONS_OF_A_PAGE;
    for (int asked = 0; asked < MOST_PAGES && size > 0 && System.nanoTime() < end; asked++) {
      Optional<Connz> page = page(server, size, offset);
      if (page.isEmpty()) {
        size /= 10;
        continue;
      }
      serverId = page.get().serverId();
      List<Connz.Connection> connections = page.get().connections();
      connections.stream().filter(matching).map(Connz.Connection::cid).forEach(found::add);
      if (connections.size() < size) {
        break;
      }
      offset += size;
      size = Math.min(2 * size, CONNECTIONS_OF_A_PAGE);
    }
    return Optional.ofNullable(serverId).map(id -> new Connections(id, found));
  }

  private Optional<Connz> page(Pod server, int size, int offset) {
    String question = "connz?auth=1&limit=%d&offset=%d".formatted(size, offset);
    return ask(server, question, MAX_PAGE_BYTES, text -> Connz.parse(text, size)).join();
  }

  private <T> CompletableFuture<Optional<T>> ask(
      Pod pod, String question, long longest, Function<String, Optional<T>> parser) {
    String address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
    if (address == null || address.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    HttpRequest request = HttpRequest.newBuilder(uri(address, question)).timeout(timeout).build();
    var exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), longest));
    return exchange
        .thenApply(response -> response.statusCode() == 200 ? response.body() : "")
        .thenApply(parser)
        .exceptionally(unreachable -> Optional.empty())
        .completeOnTimeout(Optional.empty(), responseTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((got, failure) -> exchange.cancel(true));
  }

  private static URI uri(String address, String question) {
    return URI.create("http://" + Ports.address(address, Ports.MONITORING) + "/" + question);
  }
}
