package org.natsoperator.testing;

import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates twenty client pods per second as dry runs, so that the API server calls the webhook for
 * each. A slow request does not delay the next.
 */
public final class PodCreations implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(50);

  /** If this machine pauses longer, a webhook may not answer in time. This is not a failure. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final Pod pod;
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger injected = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread starter;

  /**
   * @param requestedAt the time of the request for a pod that was not created or not injected
   */
  public record Failure(Instant requestedAt, String reason) {}

  /** Creates client pods of the cluster of {@link Manifests}. */
  public PodCreations(Sandbox sandbox, String serviceAccount) {
    client = OneAttempt.of(sandbox.client());
    pod = Serialization.unmarshal(Workloads.pod("client", serviceAccount), Pod.class);
    pod.getMetadata().setNamespace(sandbox.namespace());
    starter = Thread.startVirtualThread(this::createUntilOver);
  }

  private void createUntilOver() {
    try {
      while (!over.get()) {
        underWay.incrementAndGet();
        Thread.startVirtualThread(this::create);
        pause();
      }
    } catch (RuntimeException | Error e) {
      failures.add(new Failure(Instant.now(), "no more creations: " + e));
    }
  }

  private void create() {
    Instant requestedAt = Instant.now();
    Stopwatch stopwatch = Stopwatch.start();
    try {
      Pod created = client.resource(pod).dryRun().create();
      if (isInjected(created)) {
        injected.incrementAndGet();
      } else {
        failures.add(new Failure(requestedAt, "not injected"));
      }
    } catch (KubernetesClientException e) {
      if (stopwatch.pauses().compareTo(LONGEST_PAUSE) < 0) {
        failures.add(new Failure(requestedAt, e.getMessage()));
      }
    } catch (RuntimeException | Error e) {
      failures.add(new Failure(requestedAt, e.toString()));
    } finally {
      underWay.decrementAndGet();
    }
  }

  private static boolean isInjected(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .anyMatch(variable -> variable.getName().equals("NATS_URL"));
  }

  /** The number of pods that were created and injected so far. */
  public int injected() {
    return injected.get();
  }

  /** Ends the creations, waits for all responses and returns the failures. */
  public List<Failure> failures() {
    close();
    return List.copyOf(failures);
  }

  /** Ends the creations and waits for all responses. */
  @Override
  public void close() {
    over.set(true);
    while (starter.isAlive() || underWay.get() > 0) {
      pause();
    }
    client.close();
  }

  @Override
  public String toString() {
    return "%d pods of %s injected, %d not".formatted(injected.get(), CLUSTER, failures.size());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
