package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.VarzFixture;

class ConfigPushAnnotationTest {

  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final ServerConfigFile FILE = new ServerConfigFile("{\"port\": 4222}");
  private static final Pod POD = ServerPods.running("example-nats-1", "1.2.0", "config");
  private static final Push PUSH =
      Push.start(
          ObservedServerFixture.of(POD)
              .varz(VarzFixture.of("1.2.0").loadTime("2018-07-01T00:00:00.5+02:00"))
              .build(),
          FILE,
          false,
          NOW);

  @Test
  void everyAttemptHasAnotherValueToTriggerKubeletSync() {
    assertThat(ConfigPushAnnotation.of(PUSH.again(NOW)))
        .isNotEqualTo(ConfigPushAnnotation.of(PUSH));
    assertThat(ConfigPushAnnotation.of(PUSH.inOtherBytes("x", Optional.empty(), NOW)))
        .isNotEqualTo(ConfigPushAnnotation.of(PUSH));
  }

  @Test
  void remembersTheLoadTimeBefore() {
    assertThat(read(ConfigPushAnnotation.of(PUSH.again(NOW))).orElseThrow().loadTimeBefore())
        .isEqualTo("2018-07-01T00:00:00.5+02:00");
  }

  @Test
  void readsPushAsUnconfirmed() {
    assertThat(read(ConfigPushAnnotation.of(PUSH.confirm()))).contains(PUSH);
  }

  @Test
  void ignoresAnnotationOfAnotherFile() {
    Pod marked =
        ServerPods.annotated(
            POD, ServerPodMetadata.CONFIG_PUSH_ANNOTATION, ConfigPushAnnotation.of(PUSH));

    assertThat(ConfigPushAnnotation.read(marked, new ServerConfigFile("{\"port\": 4222}\n"), NOW))
        .isEmpty();
  }

  @ParameterizedTest(name = "\"{0}\" is not a valid annotation")
  @ValueSource(strings = {"", "/", "//", "a/b", "nonsense"})
  void ignoresInvalidAnnotation(String value) {
    assertThat(read(value)).isEmpty();
  }

  @Test
  void readsNothingFromPodWithoutAnnotations() {
    Pod bare = ServerPods.running("example-nats-1", "1.2.0", "config");
    bare.getMetadata().setAnnotations(null);

    assertThat(ConfigPushAnnotation.read(bare, FILE, NOW)).isEmpty();
  }

  @Test
  void containsOnlyHashOfFile() {
    assertThat(ConfigPushAnnotation.of(PUSH))
        .isEqualTo(FILE.hash() + "/1/2018-07-01T00:00:00.5+02:00");
  }

  private static Optional<Push> read(String value) {
    return ConfigPushAnnotation.read(
        ServerPods.annotated(POD, ServerPodMetadata.CONFIG_PUSH_ANNOTATION, value), FILE, NOW);
  }
}
