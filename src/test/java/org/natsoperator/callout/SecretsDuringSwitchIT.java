package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.SwitchingCluster.BOUND_SECRET;
import static org.natsoperator.callout.SwitchingCluster.PROJECTED;
import static org.natsoperator.callout.SwitchingCluster.SERVERS;
import static org.natsoperator.callout.SwitchingCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;

/** The token Secrets of roles while a cluster changes the source of its tokens. */
@LongTest
@OperatorTest
class SecretsDuringSwitchIT {

  private static final String VERSION = "2.15.3";

  /** A ServiceAccount whose last pod with a Secret ends. */
  private static final String FORMER = "former-user";

  /** Much longer than a Secret stays without use. */
  private static final Duration LONG = Duration.ofMinutes(3);

  /** Without its pod, the other Secret would be deleted at nearly the same time. */
  private static final Duration NEARLY = Duration.ofSeconds(3);

  @Test
  void secretStaysOnlyWhileAPodMountsIt(Sandbox sandbox) throws Exception {
    sandbox.apply(Manifests.serviceAccount(FORMER), Manifests.role(FORMER, "foo"));
    try (SwitchingCluster cluster = SwitchingCluster.create(BOUND_SECRET, VERSION, sandbox)) {
      String token = cluster.awaitToken(USER);
      String former = cluster.awaitToken(FORMER);
      String uid = uidOfSecret(USER, sandbox);
      cluster.awaitLogins(token);
      sandbox.apply(
          PodTokens.podWithSecret("live", USER), PodTokens.podWithSecret("former", FORMER));
      Map<String, String> before = cluster.uids();

      cluster.set(PROJECTED);

      cluster.awaitRestarts(before);
      cluster.awaitSource(PROJECTED);
      cluster.awaitLogins(former);
      sandbox.delete(pod("former", sandbox));

      await().atMost(LONG).until(() -> secret(FORMER, sandbox) == null);
      await()
          .during(NEARLY)
          .untilAsserted(() -> assertThat(uidOfSecret(USER, sandbox)).isEqualTo(uid));
      cluster.awaitLogins(token);
    }
  }

  /** The pod is not recreated, so it loses access. */
  @Test
  void annotationForcesSwitchBackAfterSecretIsIssued(Sandbox sandbox) throws Exception {
    sandbox.apply(Manifests.serviceAccount(USER), PodTokens.podWithToken(sandbox, "client", USER));
    String projected = PodTokens.of(sandbox, USER, "client");
    try (SwitchingCluster cluster = SwitchingCluster.create(PROJECTED, VERSION, sandbox)) {
      cluster.awaitLogins(projected);
      cluster.awaitSource(PROJECTED);
      assertThat(secret(USER, sandbox)).isNull();
      Map<String, String> before = cluster.uids();

      cluster.set(BOUND_SECRET);

      String token = cluster.awaitToken(USER);
      cluster.awaitLogins(token);
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
                      .contains("waits for 1 pods", "/client", "nats.io/force-token-switch"));
      assertThat(cluster.uids()).isEqualTo(before);
      ServerLogins client = ServerLogins.start(SERVERS, USER, token);

      cluster.annotate("nats.io/force-token-switch", "true");

      cluster.awaitRestarts(before);
      cluster.awaitLogins(token);
      client.assertGoOn();
      cluster.awaitEndOfCallout();
      assertThat(cluster.answers(projected)).hasSize(SERVERS).containsOnly(REFUSAL);
      assertThat(pod("client", sandbox)).isNotNull();
    }
  }

  private static Secret secret(String serviceAccount, Sandbox sandbox) {
    return sandbox.secret(serviceAccount + "-" + CLUSTER + "-bound-token");
  }

  private static String uidOfSecret(String serviceAccount, Sandbox sandbox) {
    Secret secret = secret(serviceAccount, sandbox);
    return secret == null ? "no Secret" : secret.getMetadata().getUid();
  }

  private static Pod pod(String name, Sandbox sandbox) {
    return sandbox.client().pods().inNamespace(sandbox.namespace()).withName(name).get();
  }
}
