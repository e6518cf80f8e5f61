package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.Clusters;

class ConfigSecretTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final ServerConfigFile FILE = new ServerConfigFile("{\"größe\": 1}\n\n");
  private static final Secret SECRET = ConfigSecret.of(CLUSTER, "example-nats-rev", FILE, 1);

  @Test
  void returnsItsFile() {
    assertThat(ConfigSecret.fileIn(SECRET).orElseThrow().text()).isEqualTo(FILE.text());
    assertThat(SECRET.getData()).containsOnlyKeys("nats.conf");
    assertThat(ConfigSecret.blankLines(SECRET)).isEqualTo(1);
  }

  @Test
  void onlySecretsOfRevisionsAreMounted() {
    assertThat(ConfigSecret.isOfRevision(SECRET)).isTrue();
    assertThat(ConfigSecret.isOfRevision(ConfigSecret.copy(CLUSTER, "example-nats", FILE)))
        .isFalse();
  }

  @Test
  void hasNoFileIfKeyIsMissing() {
    assertThat(ConfigSecret.fileIn(new SecretBuilder(SECRET).withData(null).build())).isEmpty();
  }

  @ParameterizedTest(name = "\"{0}\" is not a valid padding")
  @ValueSource(strings = {"", "-1", "x", "99999999999", "1.5"})
  void readsInvalidPaddingAsZero(String number) {
    Secret tampered =
        new SecretBuilder(SECRET)
            .editMetadata()
            .addToAnnotations("nats.io/blank-lines", number)
            .endMetadata()
            .build();

    assertThat(ConfigSecret.blankLines(tampered)).isZero();
  }

  @Test
  void paddingRepeatsAfterEightVersions() {
    assertThat(ConfigSecret.otherThan(0)).isEqualTo(1);
    assertThat(ConfigSecret.otherThan(6)).isEqualTo(7);
    assertThat(ConfigSecret.otherThan(7)).isZero();
  }
}
