package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.validation.DnsNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Reads from the API server, within the deadline of an admission request if there is one. The outer
 * Optional of each result is empty if the API server did not respond in time. After a failure, the
 * reader sends no request for a moment, so that later calls do not wait too.
 *
 * <p>Any pod can send admission requests, which are not authenticated. So few requests to the API
 * server are in progress at a time. A request that finds no place in time counts as not answered.
 * The reader does not remember that an object is missing: users apply a pod together with its
 * cluster, and the watch may deliver the cluster later.
 */
@Component
public class UncachedReader {

  /** The time by which the API server expects the response to the current admission request. */
  public static final ScopedValue<Instant> DEADLINE = ScopedValue.newInstance();

  private static final Logger LOG = LoggerFactory.getLogger(UncachedReader.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final int MOST_AT_A_TIME = 8;

  /** A request takes a few milliseconds, so many requests take turns in this time. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);

  private final KubernetesClient client;
  private final OperatorProperties properties;
  private final Duration timeout;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(MOST_AT_A_TIME, true);
  private volatile long lastFailure = System.nanoTime() - BACKOFF.toNanos();

  @Autowired
  public UncachedReader(KubernetesClient client, OperatorProperties properties) {
    this(client, properties, TIMEOUT);
  }

  public UncachedReader(KubernetesClient client, OperatorProperties properties, Duration timeout) {
    this.client = client;
    this.properties = properties;
    this.timeout = timeout;
  }

  /**
   * Returns the object if it exists. An admission request may be forged: a name that is not valid
   * must not become part of another request. Objects in namespaces that the operator does not watch
   * are not read, because the operator has no permission for them.
   */
  public <T extends HasMetadata> Optional<Optional<T>> get(
      Class<T> kind, String namespace, String name) {
    if (!DnsNames.isSubdomain(namespace) || !DnsNames.isSubdomain(name)) {
      return Optional.of(Optional.empty());
    }
    if (!properties.watches(namespace)) {
      return Optional.empty();
    }
    var object = client.resources(kind).inNamespace(namespace).withName(name);
    return read(() -> Optional.ofNullable(object.get()));
  }

  private <T> Optional<T> read(Callable<T> request) {
    if (System.nanoTime() - lastFailure < BACKOFF.toNanos()) {
      return Optional.empty();
    }
    Duration time = timeLeft();
    FutureTask<T> response = new FutureTask<>(request);
    try {
      if (!places.tryAcquire(shorter(time, LONGEST_WAIT).toNanos(), TimeUnit.NANOSECONDS)) {
        return busy();
      }
      threads.execute(() -> runAndLeave(response));
      return Optional.of(response.get(time.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return time.compareTo(timeout) < 0
          ? busy()
          : failed("no response within " + time.toMillis() + " ms");
    } catch (ExecutionException e) {
      return failed(ApiErrors.summary(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    } finally {
      response.cancel(true);
    }
  }

  /** The place is free when the request ends, which may be later than its timeout. */
  private void runAndLeave(FutureTask<?> request) {
    try {
      request.run();
    } finally {
      places.release();
    }
  }

  /** Half of the time until the deadline, since an admission request may need two reads. */
  private Duration timeLeft() {
    return DEADLINE.isBound()
        ? shorter(Duration.between(Instant.now(), DEADLINE.get()).dividedBy(2), timeout)
        : timeout;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /**
   * The API server may not be slow, so other lookups are not stopped: the sender of an admission
   * request chooses its deadline.
   */
  private static <T> Optional<T> busy() {
    LOG.atDebug().log("No place or time for an API server lookup; deciding without it");
    return Optional.empty();
  }

  private <T> Optional<T> failed(String error) {
    lastFailure = System.nanoTime();
    LOG.atWarn().addKeyValue("error", error).log("API server lookup failed; deciding without it");
    return Optional.empty();
  }
}
