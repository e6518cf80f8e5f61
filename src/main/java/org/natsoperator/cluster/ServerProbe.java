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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.natsoperator.config.Ports;
import org.springframework.stereotype.Component;

/**
 * Asks servers for their {@code /varz}, all at once. One that does not answer in time has not
 * answered.
 */
@Component
class ServerProbe {

  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  List<ObservedServer> ask(List<Pod> pods) {
    Map<Pod, CompletableFuture<Optional<Varz>>> answers = new LinkedHashMap<>();
    pods.forEach(pod -> answers.put(pod, ask(pod)));
    return answers.entrySet().stream()
        .map(answer -> new ObservedServer(answer.getKey(), answer.getValue().join()))
        .toList();
  }

  private CompletableFuture<Optional<Varz>> ask(Pod pod) {
    String address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
    if (address == null || address.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    HttpRequest request = HttpRequest.newBuilder(varz(address)).timeout(PATIENCE).build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenApply(ServerProbe::read)
        .exceptionally(unreachable -> Optional.empty());
  }

  private static URI varz(String address) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return URI.create("http://%s:%d/varz".formatted(host, Ports.MONITORING));
  }

  private static Optional<Varz> read(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(response.body(), Varz.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
