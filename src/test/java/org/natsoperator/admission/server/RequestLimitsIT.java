package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/** Requests beyond the limit of one body, and beyond that of the memory for all bodies. */
@ExtendWith(ApiServer.class)
class RequestLimitsIT {

  @AutoClose private static CalledReplica replica;

  @BeforeAll
  static void start(Sandbox sandbox) {
    replica = CalledReplica.start(sandbox);
  }

  @Test
  void answersTooLargeBodyWith413() throws IOException, InterruptedException {
    for (int size : new int[] {AdmissionReviewReader.LARGEST + 1, 60 << 20}) {
      for (BodyPublisher body :
          List.of(
              BodyPublishers.ofByteArray(new byte[size]),
              BodyPublishers.ofInputStream(() -> zeros(size)))) {
        assertThat(replica.caller().post(WebhookPaths.PODS, "application/json", body).statusCode())
            .isEqualTo(413);
        replica.assertStillAnswers();
      }
    }
  }

  @Test
  void answersRequestsBeyondMemoryBudgetWith503() throws Exception {
    String large =
        HostileBodies.review(
            "\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {\"a\": \""
                + "x".repeat(WebhookEndpoint.TREES / 4)
                + "\"}");
    List<CompletableFuture<Integer>> slow = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      slow.add(replica.caller().postLater(Replica.SLOW + "?timeout=30s", large));
    }
    Replica.SLOW_UNDER_WAY.acquire(slow.size());
    double before = replica.counted(WebhookPaths.PODS, "", "shed");
    List<CompletableFuture<Integer>> shed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      shed.add(replica.caller().postLater(WebhookPaths.PODS + "?timeout=1s", large));
    }
    assertThat(shed).allSatisfy(response -> assertThat(response.get()).isEqualTo(503));
    replica.awaitCounted(WebhookPaths.PODS, "", "shed", before + shed.size());
    Replica.SLOW_MAY_END.countDown();
    assertThat(slow).allSatisfy(response -> assertThat(response.get()).isEqualTo(200));
    replica.assertStillAnswers();
  }

  private static InputStream zeros(int size) {
    return new ByteArrayInputStream(new byte[size]);
  }
}
