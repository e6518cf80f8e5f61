package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SigningKey;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The log of the whole operator while clients log in on a real server. */
@OperatorTest
@ExtendWith(OutputCaptureExtension.class)
class RefusalLogIT {

  private static final String PASSWORD = "a-password-that-is-not-a-token";
  private static final Pattern SECRETS =
      Pattern.compile("\\bS[UAONCX][A-Z2-7]{50,}|(?<=\"password\" ?: ?\")[^\"]+");

  /** A shorter part of a signature might be in the log by chance. */
  private static final int PART = 12;

  private Sandbox sandbox;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.start(sandbox);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void logContainsEachRefusalButNoSecret(CapturedOutput output) throws Exception {
    String valid = cluster.podToken(POD);
    JWTClaimsSet claims = SignedJWT.parse(valid).getJWTClaimsSet();
    SigningKey apiServer = SigningKey.ofApiServer(valid);
    Date past = Date.from(Instant.now().minusSeconds(1));
    String expired = apiServer.sign(new JWTClaimsSet.Builder(claims).expirationTime(past).build());
    String forged = SigningKey.rsa(apiServer.key().getKeyID()).sign(claims);
    String otherAudience = PodTokens.of(sandbox, USER, POD, "nats://other.example.svc");
    String withoutPod = PodTokens.withoutPod(sandbox, USER);

    assertThat(cluster.login(valid)).isEqualTo(WELCOME);
    String identity = "dentity=" + sandbox.namespace() + "/" + USER;
    assertLogs(" i" + identity + " reason=NO_POD address=127.", withoutPod, output);
    assertLogs(" claimedI" + identity + " reason=EXPIRED address=127.", expired, output);
    assertLogs(" claimedI" + identity + " reason=BAD_SIGNATURE ", forged, output);
    assertLogs(" claimedI" + identity + " reason=WRONG_AUDIENCE ", otherAudience, output);
    assertLogs("/example-nats reason=NOT_A_TOKEN ", PASSWORD, output);

    String log = output.getAll();
    assertThat(log).doesNotContain(PASSWORD).doesNotContainPattern("eyJ[\\w-]{10,}");
    assertThat(secrets()).hasSizeGreaterThan(2).noneMatch(log::contains);
    assertThat(Stream.of(valid, expired, forged, otherAudience, withoutPod))
        .allSatisfy(
            token -> assertThat(partsOfSignature(token)).isNotEmpty().noneMatch(log::contains));
  }

  /** Other logins of this second may use up the lines of the cluster. */
  private void assertLogs(String line, String token, CapturedOutput output) {
    await()
        .untilAsserted(
            () -> {
              assertThat(cluster.login(token)).isEqualTo(REFUSAL);
              assertThat(output).contains(line);
            });
  }

  /** Seeds and passwords of the cluster and the operator. */
  private List<String> secrets() {
    return Stream.of(sandbox.namespace(), OperatorTest.NAMESPACE)
        .flatMap(
            namespace ->
                sandbox.client().secrets().inNamespace(namespace).list().getItems().stream())
        .flatMap(RefusalLogIT::secretsIn)
        .distinct()
        .toList();
  }

  private static Stream<String> secretsIn(Secret secret) {
    return secret.getData().values().stream()
        .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.ISO_8859_1))
        .flatMap(text -> SECRETS.matcher(text).results())
        .map(MatchResult::group);
  }

  private static List<String> partsOfSignature(String token) {
    String signature = token.substring(token.lastIndexOf('.') + 1);
    return IntStream.rangeClosed(0, signature.length() - PART)
        .mapToObj(start -> signature.substring(start, start + PART))
        .toList();
  }
}
