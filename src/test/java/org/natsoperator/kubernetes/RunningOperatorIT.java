package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.boot.test.web.server.LocalServerPort;

@OperatorTest
class RunningOperatorIT {

  @LocalServerPort private int port;

  @Test
  void it_is_alive_and_ready() {
    await().untilAsserted(() -> assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200));
    assertThat(get("/actuator/health/readiness").body()).contains("UP");
    assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
  }

  @Test
  void it_holds_the_lease(Sandbox sandbox) {
    var lease = sandbox.client().leases().inNamespace(OperatorTest.NAMESPACE).withName(LeaderLease.NAME);
    await().ignoreExceptions().untilAsserted(() -> assertThat(lease.get().getSpec().getHolderIdentity()).isNotEmpty());
  }

  private HttpResponse<String> get(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
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
