package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.server.ValidatingReplica;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.LooseCrds;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RawResource;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SchemaExtremes;
import org.natsoperator.testing.SchemaExtremes.Extreme;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Every field of both CRDs at its extremes, while the operator runs. Each value is rejected or
 * readable, an error of the operator's own rules is in a condition, and another cluster is
 * reconciled at once during all of this.
 */
@ReleaseTest
@OperatorTest
class ExtremesIT {

  /** The API server and the operator work on this many objects at a time. */
  private static final int OBJECTS = 6;

  private static final String HELD = "finalizers: [example.com/held]";
  private static final Duration LATENCY = Duration.ofSeconds(1);

  @LocalServerPort private int port;
  @Autowired private MeterRegistry meters;

  private final SpecChecks checks = new SpecChecks();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private InnocentCluster innocent;

  @BeforeEach
  void start(Sandbox sandbox) {
    innocent = InnocentCluster.start(sandbox, threads);
  }

  @AfterEach
  void operatorWasNotAffected() {
    innocent.stop();
    threads.close();
    assertThat(innocent.latency())
        .as("time until the edit of a role of another cluster is in force")
        .isLessThan(LATENCY);
    assertThat(meters.get("nats.operator.stopped.informers").gauge().value()).isZero();
    assertThat(meters.get("nats.operator.leader").gauge().value()).isEqualTo(1);
    assertThat(
            new Actuator("http://localhost:%d/actuator/".formatted(port)).get("health/readiness"))
        .contains("UP");
  }

  @Test
  void clustersWithWebhooks(Sandbox sandbox) throws Exception {
    try (ValidatingReplica webhooks = ValidatingReplica.start(sandbox)) {
      each(
          sample(small(spec("natsclusters")), 5),
          clusters(sandbox, "extreme", ""),
          SpecChecks::rejectedOrValid);
    }
  }

  @Test
  void maximaAreValid(Sandbox sandbox) throws Exception {
    try (ValidatingReplica webhooks = ValidatingReplica.start(sandbox)) {
      each(SpecMaxima.of("natsclusters"), clusters(sandbox, "extreme", ""), SpecChecks::isValid);
      each(SpecMaxima.of("natsserviceroles"), roles(sandbox, "extreme"), SpecChecks::isValid);
    }
  }

  @Test
  void clustersWithoutWebhooks(Sandbox sandbox) throws Exception {
    List<RawResource> clusters = clusters(sandbox, "extreme", "");
    List<Extreme> all = spec("natsclusters");
    each(small(all), clusters, checks::rejectedOrReported);
    each(sample(large(all), 13), clusters.subList(0, 1), checks::rejectedOrReported);
    assertThat(checks.reported()).isGreaterThan(20);
  }

  @Test
  void clustersBeingDeleted(Sandbox sandbox) throws Exception {
    List<RawResource> held = clusters(sandbox, "held", HELD);
    held.forEach(RawResource::delete);
    try {
      List<Extreme> extremes = sample(small(spec("natsclusters")), 7);
      try (ValidatingReplica webhooks = ValidatingReplica.start(sandbox)) {
        each(extremes, held, SpecChecks::rejectedOrValid);
      }
      each(extremes, held, checks::rejectedOrReported);
      assertThat(checks.reported()).isPositive();
    } finally {
      held.forEach(RawResource::removeFinalizers);
    }
  }

  @Test
  void statusOfClusters(Sandbox sandbox) throws Exception {
    eachStatus("natsclusters", clusters(sandbox, "extreme", ""), new StatusCheck(sandbox));
  }

  @Test
  void rolesAndTheirStatus(Sandbox sandbox) throws Exception {
    each(spec("natsserviceroles"), roles(sandbox, "role"), checks::rejectedOrReported);
    assertThat(checks.reported()).isPositive();
    eachStatus("natsserviceroles", roles(sandbox, "status"), new StatusCheck(sandbox));
    try (ValidatingReplica webhooks = ValidatingReplica.start(sandbox)) {
      each(small(spec("natsserviceroles")), roles(sandbox, "webhook"), SpecChecks::rejectedOrValid);
    }
  }

  /** An older CRD admits every value, so the operator must report all that it cannot read. */
  @Test
  void valuesThatOlderCrdAdmits(Sandbox sandbox) throws Exception {
    try (LooseCrds crds = LooseCrds.install(sandbox.client())) {
      SpecChecks checks = SpecChecks.ofLooseCrd();
      StatusCheck statusCheck = new StatusCheck(sandbox);
      List<RawResource> held = clusters(sandbox, "held", HELD);
      try {
        held.forEach(RawResource::delete);
        List<Extreme> small = small(spec("natsclusters"));
        each(sample(small, 7), held, SpecChecks::rejectedOrAccepted);
        each(sample(small, 5), clusters(sandbox, "extreme", ""), checks::rejectedOrReported);
        each(
            small(spec("natsserviceroles")), roles(sandbox, "extreme"), checks::rejectedOrReported);
        assertThat(checks.reported()).isGreaterThan(300);
        each(
            small(status("natsclusters")),
            clusters(sandbox, "status", ""),
            statusCheck::rejectedOrReplaced);
        each(
            small(status("natsserviceroles")),
            roles(sandbox, "status"),
            statusCheck::rejectedOrReplaced);
      } finally {
        held.forEach(RawResource::removeFinalizers);
        sandbox.close();
      }
    }
  }

  /** Divides the values among the objects; each object gets its values one after the other. */
  private void each(
      List<Extreme> extremes, List<RawResource> objects, BiConsumer<RawResource, Extreme> check)
      throws Exception {
    ConcurrentLinkedQueue<Extreme> queue = new ConcurrentLinkedQueue<>(extremes);
    List<Callable<Void>> workers = new ArrayList<>();
    for (RawResource object : objects) {
      workers.add(
          () -> {
            try {
              for (Extreme next = queue.poll(); next != null; next = queue.poll()) {
                check.accept(object, next);
              }
            } finally {
              queue.clear();
            }
            return null;
          });
    }
    for (Future<Void> worker : threads.invokeAll(workers)) {
      worker.get();
    }
  }

  private void eachStatus(String kind, List<RawResource> objects, StatusCheck check)
      throws Exception {
    each(small(status(kind)), objects, check::rejectedOrReplaced);
    each(large(status(kind)), objects.subList(0, 1), check::rejectedOrReplaced);
  }

  private static List<Extreme> spec(String kind) {
    return properties(kind, "spec");
  }

  private static List<Extreme> status(String kind) {
    return properties(kind, "status");
  }

  private static List<Extreme> properties(String kind, String part) {
    return SchemaExtremes.of(LooseCrds.properties(LooseCrds.crd(kind)).get(part));
  }

  private static List<Extreme> small(List<Extreme> extremes) {
    return extremes.stream().filter(extreme -> !extreme.large()).toList();
  }

  /** The API server needs seconds of CPU time for each of these. */
  private static List<Extreme> large(List<Extreme> extremes) {
    return extremes.stream().filter(Extreme::large).toList();
  }

  /** One of several values: over all fields, each kind of value is among them. */
  private static List<Extreme> sample(List<Extreme> extremes, int of) {
    return IntStream.range(0, extremes.size())
        .filter(i -> i % of == 0)
        .mapToObj(extremes::get)
        .toList();
  }

  private static List<RawResource> clusters(Sandbox sandbox, String prefix, String metadata) {
    return IntStream.range(0, OBJECTS)
        .mapToObj(i -> prefix + "-" + i)
        .map(
            name -> {
              sandbox.apply(
                  Manifests.cluster(name, "paused: true")
                      .replace("name: " + name, "{name: %s, %s}".formatted(name, metadata)));
              return RawResource.cluster(sandbox, name);
            })
        .toList();
  }

  private static List<RawResource> roles(Sandbox sandbox, String prefix) {
    return IntStream.range(0, OBJECTS)
        .mapToObj(i -> prefix + "-" + i)
        .map(
            name -> {
              sandbox.apply(Manifests.role(name, "foo"));
              return RawResource.role(sandbox, name);
            })
        .toList();
  }
}
