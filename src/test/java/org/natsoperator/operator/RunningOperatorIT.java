package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.natsoperator.leader.LeaderLease;
import org.natsoperator.leader.OperatorConflictDetector;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@OperatorTest
class RunningOperatorIT {

  @LocalServerPort private int port;
  @Autowired private OperatorConflictDetector detector;
  @Autowired private MeterRegistry meters;

  @Test
  void isAliveAndReady() {
    await()
        .untilAsserted(
            () -> assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200));
    assertThat(get("/actuator/health/readiness").body()).contains("UP");
    assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
  }

  @Test
  void holdsLease(Sandbox sandbox) {
    var lease =
        sandbox.client().leases().inNamespace(OperatorTest.NAMESPACE).withName(LeaderLease.NAME);
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(lease.get().getSpec().getHolderIdentity()).isNotEmpty());
  }

  @Test
  void reportsForgedLeaseAndContinues(Sandbox sandbox) {
    var lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(LeaderLease.NAME)
            .withNamespace(sandbox.namespace())
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("forged")
            .withRenewTime(ZonedDateTime.now())
            .endSpec()
            .build();
    sandbox.client().resource(lease).create();
    try {
      // The operator itself may finish an earlier detection meanwhile.
      await()
          .untilAsserted(
              () -> {
                detector.detect();
                assertThat(meters.get("nats.operator.conflicting.operators").gauge().value())
                    .isPositive();
              });
      sandbox.apply(Manifests.cluster());
      await()
          .untilAsserted(() -> assertThat(sandbox.clusterCondition(CLUSTER, "Ready")).isNotNull());
      assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
      holdsLease(sandbox);
    } finally {
      sandbox.client().resource(lease).delete();
    }
  }

  private HttpResponse<String> get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
