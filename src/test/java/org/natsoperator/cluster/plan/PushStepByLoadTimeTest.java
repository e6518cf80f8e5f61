package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.VarzFixture;

/** Servers that report only when they loaded a configuration, by their own clock. */
class PushStepByLoadTimeTest {

  private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
  private static final ServerConfigFile FILE = new ServerConfigFile("{\"port\": 4222}");
  private static final ServerConfigFile SAME = new ServerConfigFile("{\"port\": 4222}\n");
  private static final ServerConfigFile EARLIER = new ServerConfigFile("{\"port\": 1}");
  private static final Optional<String> STORED = Optional.of(FILE.hash());
  private static final Optional<String> OTHER_STORED = Optional.of(EARLIER.hash());
  private static final Pod POD = ServerPods.running("example-nats-1", "2.10.27", "config");

  @ParameterizedTest(name = "{0} reports only its load time")
  @ValueSource(strings = {"1.2.0", "2.10.27", "no-version"})
  void versionsBefore211AreNotConfirmedByDigest(String version) {
    ObservedServer server =
        ObservedServerFixture.running("example-nats-1")
            .version(version)
            .varz(VarzFixture.of(version).digest(FILE.digest("example-nats-1")).loadTime("L1"))
            .build();
    PushStep step = PushStep.next(server, FILE, () -> OTHER_STORED, Optional.empty(), START);

    assertThat(step.push().confirmed()).isFalse();
  }

  @Test
  void padsFileAtFirstContactWithServer() {
    PushStep step = next(loaded("L1"), FILE, STORED, Optional.empty(), 0);

    assertThat(step.otherBytes()).isTrue();
    assertThat(step.push().confirmed()).isFalse();
  }

  @Test
  void doesNotPadFileThatIsJustBeingWritten() {
    PushStep step = next(loaded("L1"), FILE, OTHER_STORED, Optional.empty(), 0);

    assertThat(step.otherBytes()).isFalse();
    assertThat(step.triggerKubeletSync()).isTrue();
    assertThat(step.push().loadTimeBefore()).isEqualTo("L1");
  }

  @Test
  void reloadAfterWriteConfirms() {
    Push started = started();

    assertThat(next(loaded("L1"), FILE, STORED, Optional.of(started), 200).push().confirmed())
        .isFalse();
    assertThat(next(loaded("L2"), FILE, STORED, Optional.of(started), 200).push().confirmed())
        .isTrue();
  }

  @Test
  void missingResponseConfirmsNothing() {
    assertThat(next(Optional.empty(), FILE, STORED, Optional.of(started()), 200).push().confirmed())
        .isFalse();
  }

  @Test
  void padsFileWhenServerAnswersForFirstTime() {
    Push started = next(Optional.empty(), FILE, OTHER_STORED, Optional.empty(), 0).push();
    PushStep answered = next(loaded("L1"), FILE, STORED, Optional.of(started), 100);
    PushStep rewritten = next(loaded("L1"), SAME, STORED, Optional.of(started), 100);

    assertThat(answered.otherBytes()).isTrue();
    assertThat(rewritten.triggerKubeletSync()).isTrue();
    assertThat(
            next(loaded("L2"), SAME, STORED, Optional.of(rewritten.push()), 300).push().confirmed())
        .isTrue();
  }

  @Test
  void confirmedServerStaysConfirmed() {
    Push confirmed = started().confirm();

    assertThat(next(loaded("L3"), FILE, STORED, Optional.of(confirmed), 60_000).push().confirmed())
        .isTrue();
    assertThat(
            next(Optional.empty(), FILE, STORED, Optional.of(confirmed), 60_000).push().confirmed())
        .isTrue();
  }

  @Test
  void reloadSoonAfterTwoWritesIsAmbiguous() {
    Push second = second();

    assertThat(second.doubtful()).isTrue();
    assertThat(next(loaded("L2"), FILE, STORED, Optional.of(second), 500).push().confirmed())
        .isFalse();
    assertThat(next(loaded("L2"), FILE, STORED, Optional.of(second), 2101).push().confirmed())
        .isTrue();
  }

  @Test
  void paddingEndsAmbiguity() {
    Push rewritten = next(loaded("L2"), SAME, STORED, Optional.of(second()), 500).push();

    assertThat(rewritten.doubtful()).isFalse();
    assertThat(next(loaded("L2"), SAME, STORED, Optional.of(rewritten), 600).push().confirmed())
        .isFalse();
    assertThat(next(loaded("L3"), SAME, STORED, Optional.of(rewritten), 600).push().confirmed())
        .isTrue();
  }

  @Test
  void restartedOperatorContinuesFromAnnotation() {
    Optional<Push> read =
        ConfigPushAnnotation.read(annotated(started()), FILE, START.plusSeconds(9));

    assertThat(next(loaded("L1"), FILE, STORED, read, 9100).push().confirmed()).isFalse();
    assertThat(next(loaded("L2"), FILE, STORED, read, 9100).push().confirmed()).isTrue();
  }

  @Test
  void restartedOperatorKeepsAmbiguity() {
    Optional<Push> read =
        ConfigPushAnnotation.read(annotated(second()), FILE, START.plusMillis(400));

    assertThat(next(loaded("L2"), FILE, STORED, read, 500).push().confirmed()).isFalse();
  }

  /** The second of two writes, 100 ms after the start. The first write was not confirmed yet. */
  private static Push second() {
    Push first = next(loaded("L1"), EARLIER, OTHER_STORED, Optional.empty(), 0).push();
    return next(loaded("L1"), FILE, OTHER_STORED, Optional.of(first), 100).push();
  }

  private static Push started() {
    return next(loaded("L1"), FILE, OTHER_STORED, Optional.empty(), 0).push();
  }

  private static Pod annotated(Push push) {
    return ServerPods.annotated(
        POD, ServerPodMetadata.CONFIG_PUSH_ANNOTATION, ConfigPushAnnotation.of(push));
  }

  private static PushStep next(
      Optional<Varz> answer,
      ServerConfigFile file,
      Optional<String> stored,
      Optional<Push> last,
      long millis) {
    ObservedServer server = ObservedServerFixture.of(POD).varz(answer).build();
    return PushStep.next(server, file, () -> stored, last, START.plusMillis(millis));
  }

  private static Optional<Varz> loaded(String time) {
    return Optional.of(VarzFixture.of("2.10.27").loadTime(time).build());
  }
}
