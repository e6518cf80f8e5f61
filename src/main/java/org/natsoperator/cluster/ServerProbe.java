package org.natsoperator.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.natsoperator.config.Ports;
import org.springframework.stereotype.Component;

/**
 * Asks servers at their monitoring port, all at once. One that does not answer in time has not
 * answered.
 */
@Component
class ServerProbe {

  private static final Duration PATIENCE = Duration.ofMillis(300);

  /** Until the last byte: a request's own time ends with the answer's head. */
  private static final Duration WHOLE_ANSWER = Duration.ofSeconds(1);

  /** In bytes. A page of connections has less than half of it. */
  private static final long LONGEST_ANSWER = 2 << 20;

  private static final int CONNECTIONS_OF_A_PAGE = 1_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  List<ObservedServer> ask(List<Pod> pods) {
    Map<Pod, CompletableFuture<Optional<Varz>>> answers = new LinkedHashMap<>();
    pods.forEach(pod -> answers.put(pod, ask(pod, "varz", Varz.class)));
    return answers.entrySet().stream()
        .map(answer -> new ObservedServer(answer.getKey(), answer.getValue().join()))
        .toList();
  }

  /** Who is connected to a server, page by page; empty if it does not answer. */
  Optional<Connz> connections(ObservedServer server) {
    List<Connz.Connection> all = new ArrayList<>();
    while (true) {
      String page = "connz?auth=1&limit=%d&offset=%d".formatted(CONNECTIONS_OF_A_PAGE, all.size());
      Optional<Connz> answer = ask(server.pod(), page, Connz.class).join();
      if (answer.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(answer.get().connections());
      if (answer.get().connections().size() < CONNECTIONS_OF_A_PAGE) {
        return Optional.of(new Connz(answer.get().serverId(), all));
      }
    }
  }

  private <T> CompletableFuture<Optional<T>> ask(Pod pod, String question, Class<T> answer) {
    String address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
    if (address == null || address.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    HttpRequest request = HttpRequest.newBuilder(uri(address, question)).timeout(PATIENCE).build();
    var exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
    return exchange
        .thenApply(response -> read(response, answer))
        .exceptionally(unreachable -> Optional.empty())
        .completeOnTimeout(Optional.empty(), WHOLE_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((got, failure) -> exchange.cancel(true));
  }

  private static URI uri(String address, String question) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return URI.create("http://%s:%d/%s".formatted(host, Ports.MONITORING, question));
  }

  private static <T> Optional<T> read(HttpResponse<String> response, Class<T> answer) {
    if (response.statusCode() != 200) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(response.body(), answer));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
