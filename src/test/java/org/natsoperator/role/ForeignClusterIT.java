package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.inject.PodMutatingWebhook;
import org.natsoperator.admission.inject.Pods;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.token.TokenSecret;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A user who may create NatsClusters in a namespace cannot affect clients of another namespace. The
 * foreign cluster has the name of their cluster and admits their namespace.
 */
@LongTest
@OperatorTest
class ForeignClusterIT {

  /** A change takes milliseconds to appear. */
  private static final Duration UNCHANGED = Duration.ofSeconds(3);

  @Autowired private PodMutatingWebhook webhook;

  private Sandbox team;
  private Sandbox foreign;

  @BeforeEach
  void createServiceAccount(Sandbox team, Sandbox foreign) {
    this.team = team;
    this.foreign = foreign;
    team.apply(Manifests.serviceAccount("app"));
  }

  @Test
  void doesNotDisconnectClientOfClusterInThirdNamespace(Sandbox core) throws Exception {
    core.apply(admittingTeam("paused: false"));
    team.apply(Manifests.inClusterNamespace(core.namespace(), Manifests.role("app", "foo")));

    assertClientStaysConnected(
        core,
        team.namespace() + ".app",
        () -> {
          foreign.apply(admittingTeam("paused: true"));
          await().until(() -> foreign.cluster(CLUSTER).getStatus() != null);
        });
    assertThat(patchOfPod()).contains("nats://%s.%s.svc:4222".formatted(CLUSTER, core.namespace()));
  }

  @Test
  void doesNotDisconnectClientOfClusterInItsNamespace() throws Exception {
    team.apply(Manifests.cluster(1, "2.15.3"), Manifests.role("app", "foo"));

    assertClientStaysConnected(
        team,
        "app",
        () -> {
          foreign.apply(admittingTeam("paused: false"));
          await().until(() -> !foreign.users(CLUSTER).isEmpty());
        });
    assertThat(patchOfPod()).contains("nats://%s.%s.svc:4222".formatted(CLUSTER, team.namespace()));
  }

  /** The role and its pods also exist before their cluster, and while it is recreated. */
  @Test
  void doesNotBindRoleWhileItsOwnClusterIsMissing() {
    foreign.apply(admittingTeam("paused: false"));
    team.apply(Manifests.role("app", "foo"));
    await().until(() -> !foreign.users(CLUSTER).isEmpty());
    await()
        .untilAsserted(
            () ->
                assertThat(team.roleCondition("app", "Ready").getReason())
                    .isEqualTo("ClusterNotFound"));

    await()
        .during(UNCHANGED)
        .untilAsserted(
            () -> {
              assertThat(team.client().secrets().inNamespace(team.namespace()).list().getItems())
                  .isEmpty();
              assertThat(foreign.users(CLUSTER)).containsExactly("_nobody");
            });
    assertThat(team.roleCondition("app", "Ready").getMessage())
        .contains("set the annotation nats.io/cluster-namespace")
        .doesNotContain(foreign.namespace());
    assertThat(patchOfPod())
        .contains("nats://%s.%s.svc:4222".formatted(CLUSTER, team.namespace()))
        .doesNotContain(foreign.namespace());

    team.apply(Manifests.cluster());
    awaitBound(team);
    team.delete(team.cluster(CLUSTER));
    await()
        .untilAsserted(
            () ->
                assertThat(team.roleCondition("app", "Ready").getReason())
                    .isEqualTo("ClusterNotFound"));
    assertThat(patchOfPod()).doesNotContain(foreign.namespace());
  }

  /** The role's status, its token and the servers' file do not change either. */
  private void assertClientStaysConnected(Sandbox cluster, String user, Runnable attack)
      throws Exception {
    StatefulSet set = await().until(() -> cluster.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, cluster.client())) {
      team.awaitRole("app", "Ready");
      String token = TokenSecret.tokenIn(tokenSecret()).orElseThrow();
      try (NatsClient client = server.server().login(user, token)) {
        List<Object> before = state(cluster);
        attack.run();
        lookUpClusterAgain();
        await()
            .during(UNCHANGED)
            .until(() -> client.isConnected() && state(cluster).equals(before));
      }
    }
  }

  /** A change of the ServiceAccount triggers its role and the role's cluster. */
  private void lookUpClusterAgain() {
    team.client()
        .resource(team.serviceAccount("app"))
        .edit(
            account -> {
              account.getMetadata().setLabels(Map.of("edited", "true"));
              return account;
            });
  }

  private void awaitBound(Sandbox cluster) {
    team.awaitRole("app", "Bound");
    await().until(() -> cluster.users(CLUSTER).size() > 1);
  }

  private List<Object> state(Sandbox cluster) {
    return List.of(
        team.role("app").getStatus().conditions(),
        version(tokenSecret()),
        version(cluster.secret(CLUSTER)),
        cluster.users(CLUSTER));
  }

  private Secret tokenSecret() {
    return team.secret(team.role("app").getStatus().tokenSecret());
  }

  private static String version(Secret secret) {
    return secret.getMetadata().getResourceVersion();
  }

  /** The patch of a client pod with only the label. */
  private String patchOfPod() {
    var pod = Pods.withSpec("{containers: [{name: a}]}");
    pod.withObject("/spec").put("serviceAccountName", "app");
    return webhook.handle(Pods.created(pod, team.namespace())).patch().toString();
  }

  private String admittingTeam(String spec) {
    return Manifests.cluster(
        "%s\nsize: 1\nauth: {enableServiceAccounts: true, allowedNamespaces: [%s]}\n"
            .formatted(spec, team.namespace()));
  }
}
