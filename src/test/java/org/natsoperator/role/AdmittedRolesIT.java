package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Roles of other namespaces: their admission, their user names and their revocation. */
@OperatorTest
class AdmittedRolesIT {

  private static final String SENTINEL = "_nobody";

  /**
   * Events take milliseconds. A change that is found only by the periodic reconciliation after a
   * minute is an error.
   */
  private static final Duration PROMPTLY = Duration.ofSeconds(20);

  private Sandbox core;
  private Sandbox team;

  @BeforeEach
  void createClusterAndForeignRole(Sandbox fresh, Sandbox elsewhere) {
    core = fresh;
    team = elsewhere;
    core.apply(
        admitting(), Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", "home"));
    await()
        .untilAsserted(
            () -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }

  @Test
  void clusterAdmitsNoForeignRolesByDefault() {
    team.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", ">"));
    await().untilAsserted(() -> assertThat(reason("nats-user")).isEqualTo("ClusterNotFound"));
    team.apply(annotated("nats-user", core));
    await().untilAsserted(() -> assertThat(reason("nats-user")).isEqualTo("NamespaceNotAllowed"));
    assertThat(team.roleCondition("nats-user", "Ready").getMessage())
        .contains("metadata.annotations.nats.io/cluster-namespace", "spec.auth.allowedNamespaces");
    assertThat(team.client().secrets().inNamespace(team.namespace()).list().getItems()).isEmpty();
    assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL);
    assertThat(core.user(CLUSTER, "nats-user").at("/permissions/subscribe").toString())
        .isEqualTo("[\"home\",\"_INBOX_.%s.nats-user.>\"]".formatted(core.namespace()));
  }

  @Test
  void admittedRoleGivesUserPrefixedWithNamespace() {
    admit("nats-user");
    assertThat(core.user(CLUSTER, foreign("nats-user")).at("/permissions/subscribe").toString())
        .isEqualTo("[\"team\",\"_INBOX_.%s.nats-user.>\"]".formatted(team.namespace()));
    Secret secret = team.secret(secretName("nats-user"));
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("app", "nats")
        .containsEntry("nats_cluster", CLUSTER);
    assertThat(secret.getMetadata().getAnnotations())
        .containsEntry("nats.io/cluster-namespace", core.namespace());
    String token = token("nats-user");
    assertThat(core.user(CLUSTER, foreign("nats-user")).get("password").asText()).isEqualTo(token);
    assertThat(Jwt.claims(token).get("aud").toString())
        .isEqualTo("[\"nats://%s.%s.svc\"]".formatted(CLUSTER, core.namespace()));
    assertThat(Jwt.claims(token).get("sub").asText())
        .isEqualTo("system:serviceaccount:%s:nats-user".formatted(team.namespace()));
    promptly(
        () -> {
          assertThat(team.role("nats-user").getStatus().user()).isEqualTo(foreign("nats-user"));
          assertThat(team.role("nats-user").getStatus().clusterNamespace())
              .isEqualTo(core.namespace());
          assertThat(team.role("nats-user").getStatus().tokenSecret())
              .isEqualTo(secretName("nats-user"));
        });
  }

  @Test
  void localAndForeignRoleHaveOwnTokenAndPermissions() throws IOException {
    admit("nats-user");
    String home = core.token("nats-user", CLUSTER).orElseThrow();
    try (NatsServer server =
            NatsServer.start("2.15.2", core.configs(CLUSTER).get(CLUSTER).parse());
        NatsClient client = NatsClient.login(server, foreign("nats-user"), token("nats-user"));
        NatsClient witness = NatsClient.login(server, "nats-user", home)) {
      assertThat(Login.as(server, foreign("nats-user"), token("nats-user"))).isEqualTo(WELCOME);
      assertThat(Login.as(server, "nats-user", home)).isEqualTo(WELCOME);
      assertThat(Login.as(server, "nats-user", token("nats-user"))).isEqualTo(REFUSAL);
      assertThat(Login.as(server, foreign("nats-user"), home)).isEqualTo(REFUSAL);
      assertThat(client.subscribe("home", witness)).isEqualTo(REFUSED);
      assertThat(witness.subscribe("home", witness)).isEqualTo(ALLOWED);
    }
  }

  @Test
  void changesInForeignNamespaceReachCluster() {
    admit("nats-user");
    team.apply(role("nats-user", "edited", core));
    promptly(
        () ->
            assertThat(
                    core.user(CLUSTER, foreign("nats-user")).at("/permissions/publish").toString())
                .isEqualTo("[\"edited\"]"));
    String token = token("nats-user");
    team.delete(team.secret(secretName("nats-user")));
    promptly(() -> assertThat(token("nats-user")).isNotEqualTo(token));
    promptly(
        () ->
            assertThat(core.user(CLUSTER, foreign("nats-user")).get("password").asText())
                .isEqualTo(token("nats-user")));
    team.delete(team.serviceAccount("nats-user"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    team.apply(Manifests.serviceAccount("nats-user"));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(foreign("nats-user")));
    team.delete(team.role("nats-user"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }

  @Test
  void removingAllowedNamespaceRevokesOnlyItsLogins(Sandbox other) {
    admit("nats-user");
    core.apply(admitting(team, other));
    other.apply(Manifests.serviceAccount("b"), role("b", "b", core));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(other.namespace() + ".b"));
    core.apply(admitting(other));
    promptly(
        () ->
            assertThat(core.users(CLUSTER))
                .containsExactlyInAnyOrder("nats-user", other.namespace() + ".b", SENTINEL));
    promptly(() -> assertThat(team.secret(secretName("nats-user"))).isNull());
    promptly(() -> assertThat(reason("nats-user")).isEqualTo("NamespaceNotAllowed"));
    assertThat(team.role("nats-user").getStatus().user()).isNull();
  }

  @Test
  void roleMovesToClusterThatItNames(Sandbox edge) {
    admit("nats-user");
    edge.apply(admitting(team));
    team.apply(annotated("nats-user", edge));
    promptly(() -> assertThat(edge.users(CLUSTER)).containsExactly(foreign("nats-user"), SENTINEL));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    promptly(() -> assertThat(team.secret(secretName("nats-user"))).isNull());
    team.apply(annotated("nats-user", core));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(foreign("nats-user")));
    promptly(() -> assertThat(edge.users(CLUSTER)).containsExactly(SENTINEL));
    team.apply(Manifests.role("nats-user", "team"));
    promptly(() -> assertThat(reason("nats-user")).isEqualTo("ClusterNotFound"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    promptly(() -> assertThat(team.secret(secretName("nats-user"))).isNull());
  }

  @Test
  void changedAnnotationTriggersReconciliationOfRole() {
    team.apply(Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", "team"));
    await().untilAsserted(() -> assertThat(reason("nats-user")).isEqualTo("ClusterNotFound"));
    team.apply(annotated("nats-user", core));
    promptly(() -> assertThat(reason("nats-user")).isEqualTo("NamespaceNotAllowed"));
  }

  @Test
  void clusterInRoleNamespaceBindsOnlyRolesWithoutAnnotation() {
    admit("explicit");
    team.apply(Manifests.serviceAccount("unannotated"), Manifests.role("unannotated", "a"));
    promptly(() -> assertThat(reason("unannotated")).isEqualTo("ClusterNotFound"));
    team.apply(Manifests.cluster());
    promptly(() -> assertThat(team.users(CLUSTER)).containsExactly("unannotated", SENTINEL));
    assertThat(core.users(CLUSTER))
        .containsExactlyInAnyOrder("nats-user", foreign("explicit"), SENTINEL);
    team.delete(team.cluster(CLUSTER));
    promptly(() -> assertThat(reason("unannotated")).isEqualTo("ClusterNotFound"));
    promptly(() -> assertThat(team.token("unannotated", CLUSTER)).isEmpty());
    assertThat(core.users(CLUSTER))
        .containsExactlyInAnyOrder("nats-user", foreign("explicit"), SENTINEL);
  }

  @Test
  void serviceAccountInClusterNamespaceKeepsUserName() {
    admit("nats-user");
    core.apply(Manifests.serviceAccount(foreign("nats-user")));
    promptly(() -> assertThat(reason("nats-user")).isEqualTo("UserNameTaken"));
    core.apply(Manifests.role(foreign("nats-user"), "mine"));
    promptly(() -> assertThat(core.token(foreign("nats-user"), CLUSTER)).isPresent());
    String token = core.token(foreign("nats-user"), CLUSTER).orElseThrow();
    promptly(
        () ->
            assertThat(core.user(CLUSTER, foreign("nats-user")).get("password").asText())
                .isEqualTo(token));
    assertThat(core.users(CLUSTER))
        .containsExactlyInAnyOrder("nats-user", foreign("nats-user"), SENTINEL);
    promptly(
        () ->
            assertThat(core.clusterCondition(CLUSTER, "RolesBound").getMessage())
                .contains(foreign("nats-user") + " (UserNameTaken)"));
    core.delete(core.role(foreign("nats-user")));
    core.delete(core.serviceAccount(foreign("nats-user")));
    promptly(
        () ->
            assertThat(
                    core.user(CLUSTER, foreign("nats-user")).at("/permissions/publish").toString())
                .isEqualTo("[\"team\"]"));
    promptly(
        () -> assertThat(team.roleCondition("nats-user", "Bound").getStatus()).isEqualTo("True"));
  }

  /** Only the cluster's controller sees both roles and reports the one that loses. */
  @Test
  void roleInClusterNamespaceKeepsUserNameWithoutServiceAccount() {
    admit("nats-user");
    core.apply(Manifests.role(foreign("nats-user"), "mine"));
    promptly(() -> assertThat(reason("nats-user")).isEqualTo("UserNameTaken"));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    core.delete(core.role(foreign("nats-user")));
    promptly(() -> assertThat(core.users(CLUSTER)).contains(foreign("nats-user")));
    promptly(
        () -> assertThat(team.roleCondition("nats-user", "Bound").getStatus()).isEqualTo("True"));
  }

  @Test
  void relabeledRoleMovesToOtherCluster() {
    admit("nats-user");
    core.apply(
        Manifests.cluster(
            "other",
            "auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}"
                .formatted(team.namespace())));
    team.apply(
        Manifests.inClusterNamespace(
            core.namespace(), Manifests.role("nats-user", "other", List.of("a"), List.of())));
    promptly(() -> assertThat(core.users("other")).containsExactly(foreign("nats-user"), SENTINEL));
    promptly(() -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }

  @Test
  void rejectsInvalidNamespaceName() {
    assertThat(core.kubectlApply(Manifests.cluster("wild", "auth: {allowedNamespaces: ['*']}")))
        .contains("spec.auth.allowedNamespaces[0]");
  }

  private void admit(String role) {
    core.apply(admitting(team));
    team.apply(Manifests.serviceAccount(role), annotated(role, core));
    await().untilAsserted(() -> assertThat(core.users(CLUSTER)).contains(foreign(role)));
  }

  private static void promptly(ThrowingRunnable assertion) {
    await().atMost(PROMPTLY).ignoreExceptions().untilAsserted(assertion);
  }

  private String reason(String role) {
    return team.roleCondition(role, "Ready").getReason();
  }

  private String foreign(String account) {
    return team.namespace() + "." + account;
  }

  private String secretName(String account) {
    return "%s-%s.%s-bound-token".formatted(account, CLUSTER, core.namespace());
  }

  private String token(String account) {
    return team.token(account, CLUSTER + "." + core.namespace()).orElseThrow();
  }

  private static String admitting(Sandbox... namespaces) {
    String list = String.join(", ", List.of(namespaces).stream().map(Sandbox::namespace).toList());
    return Manifests.cluster(
        "size: 3\nauth: {enableServiceAccounts: true, allowedNamespaces: [%s]}\n".formatted(list));
  }

  private static String annotated(String role, Sandbox cluster) {
    return role(role, "team", cluster);
  }

  private static String role(String name, String subject, Sandbox cluster) {
    return Manifests.inClusterNamespace(cluster.namespace(), Manifests.role(name, subject));
  }
}
