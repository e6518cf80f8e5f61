package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class RecurringEventsIT {

  private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05.000006Z");

  @Test
  void recurringWarningIsCounted(Sandbox sandbox) {
    HasMetadata account = account(sandbox);
    warn(account, "the cluster does not exist", FIRST, sandbox);
    assertThat(only(account, sandbox).getSeries()).isNull();
    for (int minutes = 1; minutes <= 3; minutes++) {
      warn(account, "the cluster does not exist", FIRST.plus(Duration.ofMinutes(minutes)), sandbox);
    }

    Event event = only(account, sandbox);
    assertThat(event.getEventTime().getTime()).isEqualTo("2026-01-02T03:04:05.000006Z");
    assertThat(event.getSeries().getCount()).isEqualTo(4);
    assertThat(event.getSeries().getLastObservedTime().getTime())
        .isEqualTo("2026-01-02T03:07:05.000006Z");
  }

  @Test
  void otherWarningIsAnotherEvent(Sandbox sandbox) {
    HasMetadata account = account(sandbox);
    warn(account, "the cluster does not exist", FIRST, sandbox);
    warn(account, "the cluster does not admit this namespace", FIRST, sandbox);

    assertThat(sandbox.events(account))
        .hasSize(2)
        .allSatisfy(event -> assertThat(event.getSeries()).isNull());
  }

  private static HasMetadata account(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    return sandbox
        .client()
        .serviceAccounts()
        .inNamespace(sandbox.namespace())
        .withName("nats-user")
        .get();
  }

  private static void warn(HasMetadata object, String note, Instant now, Sandbox sandbox) {
    var operator = OperatorPropertiesFixture.watching(sandbox.namespace()).build();
    new Events(sandbox.client(), Clock.fixed(now, ZoneOffset.UTC), operator)
        .warn(object, "Unbound", note);
  }

  private static Event only(HasMetadata object, Sandbox sandbox) {
    assertThat(sandbox.events(object)).hasSize(1);
    return sandbox.events(object).getFirst();
  }
}
