package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ForbiddenCreation;
import org.natsoperator.testing.LogLines;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** A failure that the API server causes takes one line per attempt, without a stack trace. */
@OperatorTest
class FailureLogIT {

  private static final int ATTEMPTS = 3;
  private static final String MESSAGE = "no secrets in this namespace";

  @Test
  void rejectedRequestLogsOneLinePerAttempt(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(), Manifests.serviceAccount("nats-user"));
    String role = "NatsServiceRole/" + sandbox.namespace() + "/nats-user";
    try (ForbiddenCreation ban =
            ForbiddenCreation.on(sandbox, "secrets", MESSAGE, () -> createSecret(sandbox));
        LogLines log = LogLines.record()) {
      sandbox.apply(Manifests.role("nats-user", "foo"));
      await().until(() -> failures(log, role).size() >= ATTEMPTS);

      assertThat(failures(log, role))
          .allSatisfy(
              line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(LogLines.value(line, "error")).startsWith("403 ").contains(MESSAGE);
                assertThat(LogLines.value(line, "error")).doesNotContain("\n", "Status(");
              });
      assertThat(traces(log)).isEmpty();
    }
  }

  @Test
  void deletionOfNamespaceLogsNoWarning(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    String role = "NatsServiceRole/" + sandbox.namespace() + "/nats-user";
    try (LogLines log = LogLines.record()) {
      sandbox.client().namespaces().withName(sandbox.namespace()).delete();
      sandbox.delete(sandbox.secret("nats-user-" + CLUSTER + "-bound-token"));
      await().until(() -> failures(log, role).size() >= ATTEMPTS);

      assertThat(failures(log, role))
          .allSatisfy(line -> assertThat(line.getLevel()).isEqualTo(Level.INFO));
      assertThat(traces(log)).isEmpty();
    }
  }

  private static List<ILoggingEvent> failures(LogLines log, String object) {
    return log.with("object", object).stream()
        .filter(line -> line.getMessage().equals("Reconciliation failed; retrying"))
        .toList();
  }

  private static List<String> traces(LogLines log) {
    return log.all().stream()
        .filter(line -> line.getThrowableProxy() != null)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static void createSecret(Sandbox sandbox) {
    sandbox
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withGenerateName("any-")
                .withNamespace(sandbox.namespace())
                .endMetadata()
                .build())
        .create();
  }
}
