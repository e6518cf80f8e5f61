package org.natsoperator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LogLines;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

@ExtendWith(ApiServer.class)
class OperatorConflictDetectorIT {

  /** Leases of operators that other tests run are not recent at this time. */
  private static final Instant NOW = Instant.parse("2046-11-25T12:00:00Z");

  private static final String GAUGE = "nats.operator.conflicting.operators";

  private final TaskScheduler scheduler = new SimpleAsyncTaskScheduler();
  private final List<Lease> leases = new ArrayList<>();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final LogLines lines = LogLines.record();
  private Sandbox sandbox;

  @BeforeEach
  void sandbox(Sandbox fresh) {
    sandbox = fresh;
  }

  @AfterEach
  void stopRecording() {
    lines.close();
  }

  @AfterEach
  void deleteLeases() {
    leases.forEach(lease -> sandbox.client().resource(lease).delete());
  }

  @ParameterizedTest(name = "namespaces \"{0}\"")
  @ValueSource(strings = {"", "team-a", "team-b,team-a", "team-a,,team-a"})
  void reportsOperatorThatWatchesSameNamespace(String namespaces) {
    create(lease(namespaces));
    OperatorConflictDetector detector = detector(sandbox.client(), Set.of("team-a", "team-c"));

    detector.detect();
    detector.detect();

    assertThat(conflicting()).isEqualTo(1);
    assertThat(reports())
        .singleElement()
        .asString()
        .contains("uninstall one of the two", "watchNamespaces that do not overlap");
  }

  @Test
  void reportsEveryOperatorIfThisOneWatchesAllNamespaces() {
    create(lease("team-b"));
    detector(sandbox.client(), Set.of()).detect();

    assertThat(conflicting()).isEqualTo(1);
  }

  @Test
  void reportsOperatorWhoseLeaseHasNoAnnotation() {
    create(new LeaseBuilder(lease("")).editMetadata().withAnnotations(null).endMetadata().build());
    detector(sandbox.client(), Set.of("team-a")).detect();

    assertThat(conflicting()).isEqualTo(1);
  }

  @ParameterizedTest(name = "namespaces \"{0}\"")
  @ValueSource(strings = {"team-b", "team-a-2", ",", " team-a"})
  void ignoresOperatorThatWatchesOtherNamespaces(String namespaces) {
    create(lease(namespaces));
    detector(sandbox.client(), Set.of("team-a", "team-c")).detect();

    assertThat(conflicting()).isZero();
    assertThat(logged()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void ignoresLeaseThatNoOperatorHolds(Lease lease) {
    create(lease);
    detector(sandbox.client(), Set.of()).detect();

    assertThat(conflicting()).isZero();
  }

  static Stream<Lease> ignoresLeaseThatNoOperatorHolds() {
    return Stream.of(
        new LeaseBuilder(lease("")).editSpec().withHolderIdentity("").endSpec().build(),
        new LeaseBuilder(lease("")).editSpec().withHolderIdentity(null).endSpec().build(),
        new LeaseBuilder(lease("")).editSpec().withRenewTime(null).endSpec().build(),
        new LeaseBuilder(lease("")).withSpec(null).build(),
        renewed(Duration.ofSeconds(-60)),
        renewed(Duration.ofSeconds(60)),
        renewed(Duration.ofDays(3650)));
  }

  @Test
  void ignoresItsOwnLease() {
    create(lease(""));
    detector(sandbox.client(), sandbox.namespace(), Set.of()).detect();

    assertThat(conflicting()).isZero();
  }

  @Test
  void forgetsUninstalledOperatorAndReportsItAfterReinstall() {
    OperatorConflictDetector detector = detector(sandbox.client(), Set.of());
    create(lease(""));
    detector.detect();
    deleteLeases();
    detector.detect();
    assertThat(conflicting()).isZero();
    create(lease(""));
    detector.detect();

    assertThat(conflicting()).isEqualTo(1);
    assertThat(reports()).hasSize(2);
  }

  @Test
  void limitsNumberOfForgedLeases() {
    var namespace =
        new NamespaceBuilder().withNewMetadata().withGenerateName("forged-").endMetadata().build();
    for (int i = 0; i < 30; i++) {
      create(lease(""), sandbox.client().resource(namespace).create().getMetadata().getName());
    }
    detector(sandbox.client(), Set.of()).detect();

    assertThat(conflicting()).isBetween(10.0, 20.0);
  }

  @Test
  void limitsNumberOfForgedNamespaces() {
    create(lease("team-b,".repeat(30_000) + "team-a"));
    detector(sandbox.client(), Set.of("team-a")).detect();

    assertThat(conflicting()).isZero();
  }

  @Test
  void reportsNothingWithoutPermissionToListLeases() {
    create(lease(""));
    Config unprivileged =
        new ConfigBuilder(sandbox.client().getConfiguration())
            .withImpersonateUsername("unprivileged")
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(unprivileged).build()) {
      detector(client, Set.of()).detect();
    }

    assertThat(conflicting()).isZero();
    assertThat(logged()).isEmpty();
  }

  private OperatorConflictDetector detector(KubernetesClient client, Set<String> namespaces) {
    return detector(client, "nats-operator", namespaces);
  }

  private OperatorConflictDetector detector(
      KubernetesClient client, String namespace, Set<String> watchNamespaces) {
    var properties =
        OperatorPropertiesFixture.watching(watchNamespaces)
            .namespace(namespace)
            .serviceAccountName("operator")
            .build();
    return new OperatorConflictDetector(
        client, properties, Clock.fixed(NOW, ZoneOffset.UTC), new Leadership(), scheduler, meters);
  }

  private double conflicting() {
    return meters.get(GAUGE).gauge().value();
  }

  /** The log messages about the operator in the namespace of this test. */
  private List<String> reports() {
    return lines.with("otherOperatorNamespace", sandbox.namespace()).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private List<ILoggingEvent> logged() {
    return lines.all().stream()
        .filter(line -> line.getLoggerName().equals(OperatorConflictDetector.class.getName()))
        .toList();
  }

  private void create(Lease lease) {
    create(lease, sandbox.namespace());
  }

  private void create(Lease lease, String namespace) {
    leases.add(sandbox.client().resource(lease).inNamespace(namespace).create());
  }

  private static Lease renewed(Duration fromNow) {
    return new LeaseBuilder(lease(""))
        .editSpec()
        .withRenewTime(NOW.plus(fromNow).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  private static Lease lease(String namespaces) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(LeaderLease.NAME)
        .addToAnnotations(LeaderLease.WATCH_NAMESPACES, namespaces)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity("pod")
        .withRenewTime(NOW.minusSeconds(59).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }
}
