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
 * Client pods that are created all the time, twenty a second, none of them kept: the API server
 * asks the webhook for each. One that takes long does not hold up the next.
 */
public final class PodCreations implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final KubernetesClient client;
  private final Pod pod;
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wired = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread starter;

  /**
   * @param asked when the pod was asked for that was not created, or not wired
   */
  public record Failure(Instant asked, String why) {}

  /** Of client pods of the {@link Manifests}' cluster. */
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
    Instant asked = Instant.now();
    try {
      Pod created = client.resource(pod).dryRun().create();
      if (isWired(created)) {
        wired.incrementAndGet();
      } else {
        failures.add(new Failure(asked, "not wired"));
      }
    } catch (KubernetesClientException e) {
      failures.add(new Failure(asked, e.getMessage()));
    } catch (RuntimeException | Error e) {
      failures.add(new Failure(asked, e.toString()));
    } finally {
      underWay.decrementAndGet();
    }
  }

  private static boolean isWired(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .anyMatch(variable -> variable.getName().equals("NATS_URL"));
  }

  /** How many have been created and wired so far. */
  public int wired() {
    return wired.get();
  }

  /** Ends it, so that all have been answered. */
  public List<Failure> failures() {
    close();
    return List.copyOf(failures);
  }

  /** Ends it; all have been answered then. */
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
    return "%d pods of %s wired, %d not".formatted(wired.get(), CLUSTER, failures.size());
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
