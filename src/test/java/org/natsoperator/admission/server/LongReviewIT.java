package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class LongReviewIT {

  /** Late enough to test the shutdown, and early enough to end before the timeout of the server. */
  private static final Duration UNTIL_STOP = Duration.ofSeconds(6);

  @Test
  void longRequestIsAnsweredWhileReplicaStops(Sandbox sandbox) throws Exception {
    String name = sandbox.namespace();
    Replica replica = Replica.startAndAwaitAnswers(sandbox);
    int port = replica.port();
    Map<Version, CompletableFuture<Integer>> answers =
        Stream.of(Version.values())
            .collect(
                Collectors.toMap(
                    version -> version,
                    version ->
                        new Caller(sandbox.client(), name, port, version)
                            .postLater(Replica.LONG + "?timeout=30s", Replica.REVIEW)));
    assertThat(Replica.LONG_UNDER_WAY.tryAcquire(answers.size(), 2, TimeUnit.MINUTES)).isTrue();
    Thread.sleep(UNTIL_STOP);
    replica.close();
    assertThat(answers)
        .allSatisfy(
            (version, response) ->
                assertThat(response)
                    .as(version.name())
                    .succeedsWithin(Duration.ofMinutes(2))
                    .isEqualTo(200));
    assertThatThrownBy(
            () ->
                new Caller(sandbox.client(), name, port, Version.HTTP_2)
                    .post(WebhookPaths.PODS, Replica.REVIEW))
        .isInstanceOf(IOException.class);
  }
}
