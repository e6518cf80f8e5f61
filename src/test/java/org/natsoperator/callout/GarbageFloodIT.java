package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SigningKey;
import org.springframework.beans.factory.annotation.Autowired;

/** Any pod of the network can send invalid logins as fast as it likes. */
@OperatorTest
class GarbageFloodIT {

  /** The rate depends on the machine. */
  private static final Duration LONGEST_FLOOD = Duration.ofMinutes(3);

  private static final int THREADS_PER_TOKEN = 25;

  @Autowired private MeterRegistry meters;

  @Test
  void legalLoginsSucceedWithoutTokenReviews(Sandbox sandbox) throws Exception {
    ProjectedCluster cluster = ProjectedCluster.start(sandbox);
    try {
      String token = cluster.podToken(POD);
      long start = System.nanoTime();
      assertThat(cluster.login(token)).isEqualTo(WELCOME);
      List<Supplier<String>> garbage =
          garbage(sandbox, token)
              .flatMap(text -> Collections.nCopies(THREADS_PER_TOKEN, text).stream())
              .<Supplier<String>>map(text -> () -> cluster.loginOnce(text))
              .toList();
      double reviews = reviews();

      LoginLoad flood = LoginLoad.start(garbage, Duration.ZERO);
      LoginLoad legal =
          LoginLoad.start(List.of(() -> cluster.loginOnce(token)), Duration.ofMillis(20));
      await()
          .atMost(LONGEST_FLOOD)
          .untilAsserted(
              () -> {
                assertThat(flood.attempts()).hasSizeGreaterThan(2_000);
                assertThat(legal.attempts()).hasSizeGreaterThan(20);
                assertThat(inProgress())
                    .as("a refusal that waits takes no place of a login")
                    .isLessThan(garbage.size() / 4.0);
              });
      legal.close();
      flood.close();

      // Each minute the operator asks about the legal token again.
      long minutes = Duration.ofNanos(System.nanoTime() - start).toMinutes();
      assertThat(reviews() - reviews).isBetween(0.0, (double) minutes);
      assertThat(flood.attempts()).extracting(Attempt::answer).doesNotContain(WELCOME);
      assertThat(flood.attempts())
          .filteredOn(attempt -> attempt.answer().equals(REFUSAL))
          .isNotEmpty()
          .extracting(GarbageFloodIT::time)
          .allMatch(time -> time.compareTo(RefusalDelay.LEAST) >= 0);
      assertThat(legal.attempts()).extracting(Attempt::answer).containsOnly(WELCOME);
      assertThat(legal.attempts())
          .extracting(GarbageFloodIT::time)
          .anyMatch(time -> time.compareTo(RefusalDelay.LEAST) < 0);
    } finally {
      cluster.close();
    }
  }

  private static Stream<String> garbage(Sandbox sandbox, String token) throws Exception {
    JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
    SigningKey apiServer = SigningKey.ofApiServer(token);
    SigningKey forger = SigningKey.rsa(apiServer.key().getKeyID());
    Date past = Date.from(Instant.now().minusSeconds(1));
    return Stream.of(
        "x".repeat(1_200),
        forger.sign(claims),
        apiServer.sign(new JWTClaimsSet.Builder(claims).expirationTime(past).build()),
        PodTokens.of(sandbox, USER, POD, "nats://other.example.svc"));
  }

  private static Duration time(Attempt attempt) {
    return Duration.ofNanos(attempt.end() - attempt.start());
  }

  private double inProgress() {
    return meters.get("nats.operator.callout.in.progress").gauge().value();
  }

  private double reviews() {
    return meters.get("nats.operator.callout.token.reviews").counter().count();
  }
}
