package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Sandbox;

@LongTest
@ExtendWith(ApiServer.class)
class LongReviewIT {

  /** Late enough to test the shutdown, and early enough to end before the timeout of the server. */
  private static final Duration UNTIL_STOP = Duration.ofSeconds(6);

  @Test
  void longRequestIsAnsweredWhileReplicaStops(Sandbox sandbox) throws Exception {
    Replica replica = Replica.startAndAwaitAnswers(sandbox);
    Caller caller = new Caller(sandbox.client(), sandbox.namespace(), replica.port());
    var answer = caller.postLater(Replica.LONG + "?timeout=30s", Replica.REVIEW);
    assertThat(Replica.LONG_UNDER_WAY.tryAcquire(2, TimeUnit.MINUTES)).isTrue();
    Thread.sleep(UNTIL_STOP);
    replica.close();
    assertThat(answer).succeedsWithin(Duration.ofMinutes(2)).isEqualTo(200);
    assertThatThrownBy(() -> caller.post(WebhookPaths.PODS, Replica.REVIEW))
        .isInstanceOf(IOException.class);
  }
}
