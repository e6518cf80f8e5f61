package org.natsoperator.cluster.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Min;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;

class NatsConfigKeyTest {

  static final Iterable<NatsConfigKey> KEYS = NatsConfigKey.ALL;

  @Test
  void everyFieldOfNatsConfigHasOneRow() {
    assertThat(NatsConfigKey.ALL)
        .extracting(NatsConfigKey::field)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(NatsConfig.class.getRecordComponents())
                .map(component -> nameOf(field(component.getName())))
                .toList());
  }

  @ParameterizedTest
  @FieldSource("KEYS")
  void minimumIsThatOfTheSchema(NatsConfigKey key) {
    int schema =
        Arrays.stream(NatsConfig.class.getRecordComponents())
            .map(component -> field(component.getName()))
            .filter(field -> nameOf(field).equals(key.field()))
            .map(field -> field.getAnnotation(Min.class))
            .mapToInt(min -> min == null ? Integer.MIN_VALUE : (int) min.value())
            .findFirst()
            .orElseThrow();

    assertThat(key.minimum()).isEqualTo(schema);
  }

  @Test
  void rejectsAndOmitsKeyThatServerDoesNotSupport() {
    NatsConfigKey debug = NatsConfigKey.ALL.getFirst();
    NatsConfigKey newer =
        new NatsConfigKey(
            "debug", "debug", debug.value(), debug.minimum(), true, ServerVersion.of(2, 11, 0));
    NatsConfig config = Clusters.cluster("{natsConfig: {debug: true}}").getSpec().natsConfig();
    FieldErrors errors = new FieldErrors();

    newer.validate(config, Optional.of(ServerVersion.of(2, 10, 27)), errors);
    newer.validate(config, Optional.of(ServerVersion.of(2, 11, 0)), errors);

    assertThat(errors.list())
        .containsExactly(
            new FieldError(
                "spec.natsConfig.debug",
                "requires nats-server 2.11.0 or later; raise spec.version or remove this field"));
  }

  private static Field field(String component) {
    try {
      return NatsConfig.class.getDeclaredField(component);
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  private static String nameOf(Field field) {
    JsonProperty property = field.getAnnotation(JsonProperty.class);
    return property == null ? field.getName() : property.value();
  }
}
