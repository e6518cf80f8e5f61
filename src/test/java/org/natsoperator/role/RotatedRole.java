package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** A bound role whose token a test rotates, next to another role of the cluster. */
final class RotatedRole {

  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";

  private final Sandbox sandbox;
  private final String old;

  /** Creates the role and waits until it is bound. */
  RotatedRole(Sandbox sandbox) {
    this.sandbox = sandbox;
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.serviceAccount("another"),
        Manifests.role("nats-user", "foo"),
        Manifests.role("another", "bar"));
    await()
        .untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user", "another"));
    old = token();
    // Until a role is in force, the operator reconciles it every two seconds.
    await().until(() -> sandbox.role("nats-user").getStatus() != null);
  }

  /** The token before the rotation. */
  String old() {
    return old;
  }

  void requestReissue(String value) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {nats.io/reissue: '%s'}\n".formatted(value)));
  }

  void assertTokenStays(String token) {
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () -> {
              assertThat(token()).isEqualTo(token);
              assertThat(password()).isEqualTo(token);
            });
  }

  String token() {
    return sandbox.token("nats-user", CLUSTER).orElseThrow();
  }

  String password() {
    return sandbox.user(CLUSTER, "nats-user").get("password").asText();
  }

  Map<String, String> data() {
    return secret().getData();
  }

  void edit(UnaryOperator<Secret> change) {
    sandbox.client().resource(secret()).edit(change);
  }

  Secret secret() {
    return sandbox.secret(SECRET);
  }
}
