package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.natsoperator.testing.Sandbox;

/** The keys of the webhooks and of their CA, in a Secret named like its namespace. */
record WebhookKeys(Sandbox sandbox, SecretSearch secrets) {

  /** Damages the keys twice, and adds all keys that the operator generates to the search. */
  void damage() {
    add("the first");
    replace(data -> Map.of("tls.key", data.get("ca.key"), "ca.key", data.get("tls.key")));
    add("the second");
    replace(data -> Map.of("ca.key", encoded(decoded(data.get("ca.key")).substring(0, 120))));
    add("the third");
  }

  private void add(String which) {
    String name = sandbox.namespace();
    await()
        .untilAsserted(
            () -> assertThat(sandbox.secret(name).getData()).containsKeys("tls.key", "ca.key"));
    Secret secret = sandbox.secret(name);
    Map<String, String> data = secret.getData();
    String json = Serialization.asJson(secret);
    secrets.add(which + " webhook key", decoded(data.get("tls.key")), json);
    secrets.add(which + " key of the webhook CA", decoded(data.get("ca.key")), json);
  }

  /** Returns when the operator has generated new keys. */
  private void replace(UnaryOperator<Map<String, String>> damage) {
    Secret secret = sandbox.secret(sandbox.namespace());
    Map<String, String> before = secret.getData();
    Map<String, String> damaged = new HashMap<>(before);
    damaged.putAll(damage.apply(before));
    sandbox.client().resource(new SecretBuilder(secret).withData(damaged).build()).update();
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.secret(sandbox.namespace()).getData().get("ca.key"))
                    .isNotIn(before.get("ca.key"), damaged.get("ca.key")));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
