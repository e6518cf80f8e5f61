package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.Sandbox;

/** A replica with a caller. */
record CalledReplica(Replica replica, Caller caller) implements AutoCloseable {

  static CalledReplica start(Sandbox sandbox) {
    Replica replica = Replica.startAndAwaitAnswers(sandbox);
    return new CalledReplica(
        replica, new Caller(sandbox.client(), sandbox.namespace(), replica.port()));
  }

  void assertStillAnswers() throws IOException, InterruptedException {
    assertThat(caller.post(WebhookPaths.CLUSTERS, Replica.REVIEW).statusCode()).isEqualTo(200);
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
