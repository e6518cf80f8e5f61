package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import java.util.List;
import java.util.function.Function;
import org.natsoperator.testing.NatsClient.Verdict;

/** Checks that a client can do what a row of {@link GrantTable} says, and nothing else. */
public final class GrantVerdicts {

  private GrantVerdicts() {}

  /**
   * @param version of the nats-server
   * @param witness a client with all permissions
   */
  public static void assertThatClientCanDo(
      Grants row, String version, NatsClient client, NatsClient witness) {
    // First, so that a subject of mayNotPublish shows that no further reply is possible.
    all(row.mayReplyTo(), ALLOWED, subject -> client.reply(row.service(), subject, witness));
    assertThat(row.mayPublish())
        .allSatisfy(
            subject ->
                assertThat(client.publish(subject, witness))
                    .isEqualTo(row.isWronglyRefused(version, subject) ? REFUSED : ALLOWED));
    all(row.mayNotPublish(), REFUSED, subject -> client.publish(subject, witness));
    all(row.maySubscribe(), ALLOWED, entry -> client.subscribe(entry, witness));
    all(row.mayNotSubscribe(), REFUSED, entry -> client.subscribe(entry, witness));
    all(row.mayNotReplyTo(), REFUSED, subject -> client.reply(row.service(), subject, witness));
    assertThat(client.isConnected()).as("client is connected after a violation").isTrue();
  }

  private static void all(List<String> texts, Verdict expected, Function<String, Verdict> attempt) {
    assertThat(texts).allSatisfy(text -> assertThat(attempt.apply(text)).isEqualTo(expected));
  }
}
