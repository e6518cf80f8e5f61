package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** The token of the role {@code nats-user}. */
final class IssuedToken {

  /** The Secret with the token. */
  static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";

  private IssuedToken() {}

  /** Creates the cluster and the role, and waits for the token in nats.conf. */
  static String of(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    return sandbox.token("nats-user", CLUSTER).orElseThrow();
  }

  /** Returns when another token than this one is in the Secret and in nats.conf. */
  static void awaitAnother(Sandbox sandbox, String former) {
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(former));
    await().ignoreExceptions().untilAsserted(() -> assertIsOfCurrentServiceAccount(sandbox));
  }

  /** While a token is issued, the file contains no such user. */
  static void assertIsOfCurrentServiceAccount(Sandbox sandbox) {
    String now = sandbox.token("nats-user", CLUSTER).orElseThrow();
    assertThat(Jwt.claims(now).at("/kubernetes.io/serviceaccount/uid").asText())
        .isEqualTo(sandbox.serviceAccount("nats-user").getMetadata().getUid());
    assertThat(Jwt.claims(now).at("/kubernetes.io/secret/uid").asText())
        .isEqualTo(sandbox.secret(SECRET).getMetadata().getUid());
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isEqualTo(now);
  }
}
