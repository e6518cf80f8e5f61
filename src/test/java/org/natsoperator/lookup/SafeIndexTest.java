package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SafeIndexTest {

  private final Function<Secret, List<String>> index =
      SafeIndex.<Secret>all(Map.of("type", secret -> List.of(secret.getType().trim()))).get("type");

  @Test
  void containsObjectUnderItsKeys() {
    assertThat(index.apply(secret("Opaque"))).containsExactly("Opaque");
  }

  /** Otherwise the informer would lose the event of the object. */
  @Test
  void omitsObjectForWhichItsFunctionFails() {
    assertThat(index.apply(secret(null))).isEmpty();
  }

  private static Secret secret(String type) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("a")
        .withNamespace("b")
        .endMetadata()
        .withType(type)
        .build();
  }
}
