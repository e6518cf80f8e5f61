package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.token.BoundPod;

class ClientPodReaderTest {

  private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  private static final BoundPod POD = new BoundPod("client", "uid-of-pod");

  private final AtomicInteger requests = new AtomicInteger();
  private volatile CountDownLatch blocked = new CountDownLatch(0);
  private volatile Optional<Optional<Pod>> answer = Optional.of(Optional.of(pod()));
  private volatile Instant now = START;
  private final ClientPodReader reader =
      new ClientPodReader(this::request, ((InstantSource) () -> now).withZone(ZoneOffset.UTC));

  @Test
  void readsPodOnceInFiveSeconds() {
    assertThat(reader.get("ns", POD).orElseThrow()).isPresent();
    now = START.plusSeconds(4);
    assertThat(reader.get("ns", POD).orElseThrow()).isPresent();
    assertThat(requests).hasValue(1);

    now = START.plusSeconds(5);
    answer = Optional.of(Optional.empty());
    assertThat(reader.get("ns", POD)).hasValue(Optional.empty());
    assertThat(reader.get("ns", POD)).hasValue(Optional.empty());
    assertThat(requests).hasValue(2);
  }

  @Test
  void podsDoNotShareAnswers() {
    reader.get("ns", POD);
    reader.get("other", POD);
    reader.get("ns", new BoundPod("client", "other"));
    reader.get("ns", new BoundPod("other", "uid-of-pod"));

    assertThat(requests).hasValue(4);
  }

  @Test
  void doesNotRememberThatTheApiServerWasAway() {
    answer = Optional.empty();
    assertThat(reader.get("ns", POD)).isEmpty();
    assertThat(reader.get("ns", POD)).isEmpty();

    assertThat(requests).hasValue(2);
  }

  @Test
  void concurrentLoginsShareOneRequest() throws InterruptedException {
    blocked = new CountDownLatch(1);
    AtomicInteger found = new AtomicInteger();
    List<Thread> logins =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(() -> found.addAndGet(reader.get("ns", POD).isPresent() ? 1 : 0)))
            .toList();
    while (requests.get() == 0) {
      Thread.sleep(1);
    }
    blocked.countDown();
    for (Thread login : logins) {
      login.join();
    }

    assertThat(requests).hasValue(1);
    assertThat(found).hasValue(20);
  }

  @Test
  void remembersFewPods() {
    for (int i = 0; i <= ClientPodReader.MAX_ENTRIES; i++) {
      reader.get("ns", new BoundPod("client" + i, "uid"));
    }
    int before = requests.get();

    reader.get("ns", new BoundPod("client1", "uid"));
    assertThat(requests).hasValue(before);
    reader.get("ns", new BoundPod("client0", "uid"));
    assertThat(requests).hasValue(before + 1);
  }

  private Optional<Optional<Pod>> request(String namespace, String name) {
    requests.incrementAndGet();
    try {
      blocked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer;
  }

  private static Pod pod() {
    return new PodBuilder().withNewMetadata().endMetadata().withNewSpec().endSpec().build();
  }
}
