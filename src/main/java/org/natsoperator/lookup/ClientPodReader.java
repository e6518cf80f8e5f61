package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.token.BoundPod;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Reads pods that log in and that no informer watches. A pod can log in as often as it likes, so
 * the API server gets few requests: one for each pod in {@link #REMEMBERED}, and none in the places
 * of the admission requests.
 */
@Component
public class ClientPodReader {

  /** Short, since a pod that is deleted can log in for this time. */
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  static final int MAX_ENTRIES = 2_000;

  /** Reads a pod; the result is that of {@link UncachedReader#get}. */
  interface Source {
    Optional<Optional<Pod>> get(String namespace, String name);
  }

  private record Key(String namespace, BoundPod pod) {}

  private record Answer(Optional<Pod> pod, Instant end) {}

  private final Source source;
  private final Clock clock;
  private final ConcurrentMap<Key, CompletableFuture<Optional<Optional<Pod>>>> running =
      new ConcurrentHashMap<>();
  private final Map<Key, Answer> answers =
      new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Answer> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  @Autowired
  ClientPodReader(KubernetesClient client, OperatorProperties properties, Clock clock) {
    this(source(new UncachedReader(client, properties)), clock);
  }

  ClientPodReader(Source source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  private static Source source(UncachedReader reader) {
    return (namespace, name) -> reader.get(Pod.class, namespace, name);
  }

  /**
   * The pod of this name, which may have another UID. The outer Optional is empty if the API server
   * did not answer.
   */
  public Optional<Optional<Pod>> get(String namespace, BoundPod pod) {
    Key key = new Key(namespace, pod);
    Optional<Optional<Pod>> remembered = remembered(key);
    if (remembered.isPresent()) {
      return remembered;
    }
    CompletableFuture<Optional<Optional<Pod>>> own = new CompletableFuture<>();
    CompletableFuture<Optional<Optional<Pod>>> other = running.putIfAbsent(key, own);
    return other == null ? read(key, own) : other.join();
  }

  private Optional<Optional<Pod>> read(Key key, CompletableFuture<Optional<Optional<Pod>>> result) {
    Optional<Optional<Pod>> answer = Optional.empty();
    try {
      // Another thread may have finished its request since this one looked.
      answer = remembered(key).or(() -> request(key));
    } finally {
      running.remove(key);
      result.complete(answer);
    }
    return answer;
  }

  private Optional<Optional<Pod>> request(Key key) {
    Optional<Optional<Pod>> answer = source.get(key.namespace(), key.pod().name());
    answer.ifPresent(pod -> remember(key, pod));
    return answer;
  }

  private void remember(Key key, Optional<Pod> pod) {
    pod.ifPresent(PrunedFields::clientPod);
    synchronized (answers) {
      answers.remove(key);
      answers.put(key, new Answer(pod, clock.instant().plus(REMEMBERED)));
    }
  }

  private Optional<Optional<Pod>> remembered(Key key) {
    synchronized (answers) {
      return Optional.ofNullable(answers.get(key))
          .filter(answer -> clock.instant().isBefore(answer.end()))
          .map(Answer::pod);
    }
  }
}
