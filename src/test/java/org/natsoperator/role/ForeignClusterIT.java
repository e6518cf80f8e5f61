package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.inject.PodMutatingWebhook;
import org.natsoperator.admission.inject.Pods;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A user who may create NatsClusters in a namespace cannot affect clients of another namespace. The
 * foreign cluster has the name of their cluster and admits their namespace.
 */
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
  void doesNotUnbindRoleOfClusterInThirdNamespace(Sandbox core) {
    core.apply(admittingTeam("paused: false"));
    team.apply(Manifests.inClusterNamespace(core.namespace(), Manifests.role("app", "foo")));
    awaitBound(core);
    List<Object> before = state(core);

    foreign.apply(admittingTeam("paused: true"));
    await().until(() -> foreign.cluster(CLUSTER).getStatus() != null);
    lookUpClusterAgain();

    await().during(UNCHANGED).until(() -> state(core).equals(before));
    assertThat(patchOfPod()).contains("nats://%s.%s.svc:4222".formatted(CLUSTER, core.namespace()));
  }

  @Test
  void doesNotUnbindRoleOfClusterInItsNamespace() {
    team.apply(Manifests.cluster(), Manifests.role("app", "foo"));
    awaitBound(team);
    List<Object> before = state(team);

    foreign.apply(admittingTeam("paused: false"));
    await().until(() -> !foreign.users(CLUSTER).isEmpty());
    lookUpClusterAgain();

    await().during(UNCHANGED).until(() -> state(team).equals(before));
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

  /** No server runs here, so the condition Ready is not True, but it must not change. */
  private List<Object> state(Sandbox cluster) {
    var status = team.role("app").getStatus();
    return List.of(
        status.conditions(),
        version(team.secret(status.tokenSecret())),
        version(cluster.secret(CLUSTER)),
        cluster.users(CLUSTER));
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
        "%s\nsize: 3\nauth: {enableServiceAccounts: true, allowedNamespaces: [%s]}\n"
            .formatted(spec, team.namespace()));
  }
}
