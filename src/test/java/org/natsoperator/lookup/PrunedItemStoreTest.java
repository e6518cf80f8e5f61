package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import org.junit.jupiter.api.Test;

class PrunedItemStoreTest {

  private final PrunedItemStore<Secret> store =
      new PrunedItemStore<>(secret -> secret.setType(secret.getType().trim()));

  @Test
  void keepsPrunedObject() {
    store.put("key", secret(" Opaque "));

    assertThat(store.get("key").getType()).isEqualTo("Opaque");
  }

  /** Otherwise the informer would lose the event of the object. */
  @Test
  void keepsObjectForWhichPruningFails() {
    store.put("key", secret(null));

    assertThat(store.get("key").getMetadata().getName()).isEqualTo("a");
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
