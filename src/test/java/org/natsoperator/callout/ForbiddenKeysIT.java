package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.LoginInFlight;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.token.ApiServerKeys;

/** The operator may not read the keys of the API server, so it cannot verify any signature. */
@LongTest
@ExtendWith(SeparateApiServer.class)
class ForbiddenKeysIT {

  private static final String USER = "operator-without-keys";

  /** The limit of {@link TokenReviewer#reviewUnverified}. */
  private static final int MOST_PER_SECOND = 20;

  private static final int FORGED_LOGINS = 1_000;

  private Sandbox sandbox;
  private OperatorProcess operator;
  private ProjectedCluster cluster;
  private SigningKey otherKey;
  private JWTClaimsSet valid;

  @BeforeEach
  void start(Sandbox fresh) throws ParseException {
    sandbox = fresh;
    sandbox.kubectl("create", "clusterrole", USER, "--verb=*", "--resource=*.*");
    sandbox.kubectl(
        "create", "clusterrolebinding", USER, "--clusterrole=" + USER, "--user=" + USER);
    assertThat(sandbox.kubectl("get", "--raw", ApiServerKeys.PATH, "--as=" + USER))
        .contains("Forbidden");
    operator = OperatorProcess.startAs(USER, "without-keys", sandbox.kubeconfig());
    cluster = ProjectedCluster.start(sandbox);
    SignedJWT token = SignedJWT.parse(cluster.podToken(POD));
    valid = token.getJWTClaimsSet();
    otherKey = SigningKey.rsa(token.getHeader().getKeyID());
  }

  @AfterEach
  void stop() throws InterruptedException {
    operator.close();
    cluster.close();
  }

  @Test
  void tokenReviewDecides() {
    double reviews = reviews();
    assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME);
    assertThat(reviews()).isEqualTo(reviews + 1);

    String forged = forged();
    List<String> answers = new ArrayList<>();
    await()
        .until(
            () -> {
              answers.add(cluster.loginOnce(forged));
              return answers.getLast().equals(REFUSAL);
            });
    assertThat(answers).doesNotContain(WELCOME);
  }

  /** Anyone who can reach a server can send such tokens. */
  @Test
  void forgedTokensCauseFewTokenReviews() {
    List<LoginInFlight> logins = new ArrayList<>();
    double before = reviews();
    long start = System.nanoTime();
    try {
      for (int i = 0; i < FORGED_LOGINS; i++) {
        logins.add(cluster.server().begin(Map.of("user", "any", "pass", forged())));
      }
      await()
          .during(Duration.ofSeconds(3))
          .failFast("more TokenReviews", () -> reviews() - before > most(start))
          .until(() -> reviews() > before);
      assertThat(most(start)).as("the test is fast enough").isLessThan(FORGED_LOGINS);
      assertThat(logins).noneMatch(LoginInFlight::isAccepted);
    } finally {
      logins.forEach(LoginInFlight::close);
    }
    assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME);
  }

  /** Seconds count that began before the start or have not ended. */
  private static double most(long start) {
    return MOST_PER_SECOND * (2.0 + Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private String forged() {
    return otherKey.sign(
        new JWTClaimsSet.Builder(valid).jwtID(UUID.randomUUID().toString()).build());
  }

  /** TokenReviews that the API server has answered. */
  private double reviews() {
    return sandbox
        .client()
        .raw("/metrics")
        .lines()
        .filter(line -> line.startsWith("apiserver_request_total{"))
        .filter(line -> line.contains("resource=\"tokenreviews\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
