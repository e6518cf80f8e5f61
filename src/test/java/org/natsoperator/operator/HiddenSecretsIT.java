package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.web.server.LocalServerPort;

/** No token and no key is in any log line, event, status or metric, whatever goes wrong. */
@OperatorTest
class HiddenSecretsIT {

  @LocalServerPort private int port;

  private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger ours = logging.getLogger("org.natsoperator");
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();

  @BeforeEach
  void listen() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(logging);
    encoder.setPattern("%level %logger %msg%n%ex{full}");
    encoder.start();
    appender.setContext(logging);
    appender.setEncoder(encoder);
    appender.setOutputStream(log);
    appender.start();
    logging.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    ours.setLevel(Level.TRACE);
  }

  @AfterEach
  void stopListening() {
    ours.setLevel(null);
    logging.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
  }

  @Test
  void tokensAndKeysShowNowhere(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.cluster());
    sandbox.client().resource(planted(sandbox)).create();
    sandbox.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    List<String> secrets = new ArrayList<>(List.of("a-planted-password"));
    secrets.add(sandbox.token("nats-user", CLUSTER).orElseThrow());
    secrets.add(seed(sandbox));
    sandbox.apply(Manifests.role("nats-user", "foo", "hi"));
    sandbox.delete(sandbox.secret("nats-user-" + CLUSTER + "-bound-token"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.token("nats-user", CLUSTER)).isPresent().get().isNotIn(secrets));
    awaitAnotherPasswordThan(secrets, sandbox);
    secrets.add(sandbox.token("nats-user", CLUSTER).orElseThrow());
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace("metadata:\n", "metadata:\n  annotations: {nats.io/reissue: now}\n"));
    awaitAnotherPasswordThan(secrets, sandbox);
    secrets.add(sandbox.token("nats-user", CLUSTER).orElseThrow());
    sandbox.apply(Manifests.role("nats-user", "foo..bar"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("Invalid"));
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("Issuing a token");
    for (String secret : secrets) {
      assertThat(secret).hasSizeGreaterThan(10);
      // The signature is what nobody may see; what comes before it could be guessed.
      String tail = secret.substring(secret.lastIndexOf('.') + 1);
      assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(tail, base64(secret));
      assertThat(seenByUsers(sandbox)).doesNotContain(tail, base64(secret));
    }
  }

  /** While a token is issued there is no such user. */
  private static void awaitAnotherPasswordThan(List<String> known, Sandbox sandbox) {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText())
                    .isNotIn(known));
  }

  private String seenByUsers(Sandbox sandbox) throws IOException {
    var events = sandbox.client().events().v1().events().inNamespace(sandbox.namespace()).list();
    String metrics =
        new String(
            URI.create("http://localhost:" + port + "/actuator/prometheus")
                .toURL()
                .openStream()
                .readAllBytes(),
            StandardCharsets.UTF_8);
    return Serialization.asJson(events)
        + Serialization.asJson(sandbox.cluster(CLUSTER))
        + Serialization.asJson(sandbox.role("nats-user"))
        + Serialization.asJson(
            sandbox.client().apps().statefulSets().inNamespace(sandbox.namespace()).list())
        + metrics;
  }

  private static String seed(Sandbox sandbox) {
    Secret keys =
        sandbox
            .client()
            .secrets()
            .inNamespace(OperatorTest.NAMESPACE)
            .withName("nats-cluster-" + sandbox.cluster(CLUSTER).getMetadata().getUid())
            .get();
    String encoded = keys.getData().values().iterator().next();
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  private static String base64(String secret) {
    return Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static Secret planted(Sandbox sandbox) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("nats-user-" + CLUSTER + "-bound-token")
        .withNamespace(sandbox.namespace())
        .addToLabels("app", "nats")
        .addToLabels("nats_cluster", CLUSTER)
        .endMetadata()
        .addToStringData("token", "a-planted-password")
        .build();
  }
}
