package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient.Version;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.Sandbox;

/** A replica with callers of both versions of HTTP. */
record CalledReplica(Replica replica, Caller http1, Caller http2) implements AutoCloseable {

  static CalledReplica start(Sandbox sandbox) {
    Replica replica = Replica.startAndAwaitAnswers(sandbox);
    String secret = sandbox.namespace();
    return new CalledReplica(
        replica,
        new Caller(sandbox.client(), secret, replica.port(), Version.HTTP_1_1),
        new Caller(sandbox.client(), secret, replica.port(), Version.HTTP_2));
  }

  Caller caller(Version version) {
    return version == Version.HTTP_2 ? http2 : http1;
  }

  void assertStillAnswers(Version version) throws IOException, InterruptedException {
    assertThat(caller(version).post(WebhookPaths.CLUSTERS, Replica.REVIEW).statusCode())
        .isEqualTo(200);
  }

  /** The value of the metric of requests. */
  double counted(String path, String operation, String result) {
    return replica
        .meters()
        .counter(
            "nats.operator.webhook.requests",
            "webhook",
            path,
            "operation",
            operation,
            "result",
            result)
        .count();
  }

  /** The metric changes when the response is on its way. */
  void awaitCounted(String path, String operation, String result, double times) {
    await().untilAsserted(() -> assertThat(counted(path, operation, result)).isEqualTo(times));
  }

  @Override
  public void close() {
    replica.close();
  }
}
