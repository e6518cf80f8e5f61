package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.FreePorts;

/** The operator with the memory limit and the Java options of the chart's values. */
final class LimitedOperator implements AutoCloseable {

  private static final Path VALUES = Path.of("charts/nats-operator/values.yaml");
  private static final int SAMPLE_MILLIS = 250;
  private static final int LOG_LINES = 10;
  private static final Duration START = Duration.ofMinutes(5);

  private final StandaloneApiServer server;
  private final MemoryCgroup container;
  private final OperatorProcess process;
  private final Actuator actuator;
  private final AtomicLong maximumMiB = new AtomicLong();
  private final ScheduledExecutorService samples = Executors.newSingleThreadScheduledExecutor();

  private LimitedOperator(StandaloneApiServer server, Map<?, ?> values) throws IOException {
    this.server = server;
    container = MemoryCgroup.create("nats-operator", limitBytes(values));
    int port = FreePorts.one();
    process = OperatorProcess.start(server, container, (String) values.get("javaOptions"), port);
    actuator = new Actuator("http://localhost:%d/actuator/".formatted(port));
    samples.scheduleAtFixedRate(this::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Starts the operator, and returns at once. */
  static LimitedOperator start(StandaloneApiServer server) throws IOException {
    return new LimitedOperator(
        server, Serialization.unmarshal(Files.readString(VALUES), Map.class));
  }

  OperatorProcess process() {
    return process;
  }

  void awaitReady() {
    await().atMost(START).until(() -> actuator.get("health/readiness").contains("UP"));
  }

  /** Waits until this number of roles has this reason in its status. */
  void awaitRoles(String reason, long count, Duration atMost) {
    String metric = "nats_operator_roles{reason=\"%s\"".formatted(reason);
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> Math.round(metric(metric)) == count || ended());
    if (ended()) {
      throw new IllegalStateException(
          "the operator has ended, kills by the kernel: %d; its log ends with:\n%s"
              .formatted(kills(), lastLines()));
    }
  }

  /** The used part of the old generation, which holds the caches, in MiB. */
  long tenuredMiB() {
    return (long) metric("jvm_memory_used_bytes{area=\"heap\",id=\"Tenured Gen\"") >> 20;
  }

  /** The admission requests that a webhook received, by its path. */
  long admissionRequests(String webhook) {
    String metric = "nats_operator_webhook_requests_total{";
    return actuator
        .get("prometheus")
        .lines()
        .filter(line -> line.startsWith(metric) && line.contains("webhook=\"" + webhook + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The result of the last check for client pods without a token. */
  long uninjectedPods() {
    return (long) metric("nats_operator_uninjected_pods");
  }

  private double metric(String start) {
    return actuator
        .get("prometheus")
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  long workingSetMiB() throws IOException {
    return container.workingSetMiB();
  }

  /** The largest working set since the start. */
  long maximumMiB() {
    return maximumMiB.get();
  }

  /** The number of times that the kernel killed the process because of the limit. */
  long kills() {
    try {
      return container.kills();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean ended() {
    return !process.process().isAlive();
  }

  /** The end of the operator's output. */
  String lastLines() {
    try {
      List<String> lines = server.operatorLog().lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sample() {
    try {
      long now = container.workingSetMiB();
      maximumMiB.accumulateAndGet(now, Math::max);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long limitBytes(Map<?, ?> values) {
    Map<?, ?> resources = (Map<?, ?>) values.get("resources");
    Object limit = ((Map<?, ?>) resources.get("limits")).get("memory");
    return Quantity.getAmountInBytes(new Quantity((String) limit)).longValueExact();
  }

  @Override
  public void close() throws Exception {
    samples.shutdownNow();
    samples.awaitTermination(1, TimeUnit.SECONDS);
    process.close();
    container.close();
  }
}
