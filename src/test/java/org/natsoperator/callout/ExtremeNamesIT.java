package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OpenLogin;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;

/** The longest and oddest names that Kubernetes admits, and names that mean something to NATS. */
@OperatorTest
class ExtremeNamesIT {

  private static final String CONNECTION = "name of a connection";
  private static final int LONGEST = 253;
  private static final int LONGEST_LABEL = 63;

  private static Sandbox sandbox;
  private static ProjectedCluster cluster;

  @BeforeAll
  static void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.create(sandbox);
  }

  @BeforeEach
  void awaitOperator() {
    cluster.awaitLogin();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void longestNamesLogInAndAreRevoked() throws Exception {
    String namespace = sandbox.namespace();
    String account = longestAccount(namespace);
    String pod = "p".repeat(LONGEST);
    String longest = namespace + "n".repeat(LONGEST_LABEL - namespace.length());
    try (Sandbox team = sandbox.namespace(longest)) {
      sandbox.patch(
          sandbox.cluster(CLUSTER),
          "{\"spec\": {\"auth\": {\"allowedNamespaces\": [\"%s\"]}}}".formatted(longest));
      team.apply(
          Manifests.serviceAccount(account),
          Manifests.inClusterNamespace(namespace, Manifests.role(account, "foo")),
          PodTokens.pod(pod, account));
      String token =
          PodTokens.of(team, account, pod, "nats://%s.%s.svc".formatted(CLUSTER, namespace));
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));
      try (NatsClient witness = cluster.client("any", cluster.podToken(POD));
          NatsClient client = cluster.client("any", token)) {
        assertThat(users()).contains("%s/%s/%s".formatted(longest, account, pod));
        assertThat(client.publish("foo", witness)).isEqualTo(ALLOWED);
        assertThat(client.publish("bar", witness)).isEqualTo(REFUSED);

        team.delete(team.role(account));

        client.awaitClosed();
        assertThat(witness.isConnected()).isTrue();
      }
    }
  }

  /**
   * The name of the account's Secret, which a pod may mount, has at most 253 characters as well.
   */
  private static String longestAccount(String clusterNamespace) {
    String suffix = new ClientNames(new Identity("any", ""), clusterNamespace, CLUSTER).secret();
    String dotted = "a".repeat(LONGEST_LABEL) + ".";
    return dotted + "b".repeat(LONGEST - suffix.length() - dotted.length());
  }

  /** In a list of users, a dot separates the namespace of a ServiceAccount. */
  @Test
  void dotsDoNotMixUpIdentities() throws Exception {
    String dotted = sandbox.namespace() + "." + ProjectedCluster.USER;
    sandbox.apply(
        Manifests.serviceAccount(dotted),
        Manifests.role(dotted, "bar"),
        PodTokens.pod("a.b", dotted));
    String token = PodTokens.of(sandbox, dotted, "a.b");
    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));

    try (NatsClient user = cluster.client(dotted, cluster.podToken(POD));
        NatsClient client = cluster.client(ProjectedCluster.USER, token)) {
      assertThat(users())
          .contains(
              "%s/%s/%s".formatted(sandbox.namespace(), ProjectedCluster.USER, POD),
              "%s/%s/a.b".formatted(sandbox.namespace(), dotted));
      assertThat(client.subscribe("bar", client)).isEqualTo(ALLOWED);
      assertThat(client.subscribe("foo", user)).isEqualTo(REFUSED);
    }
  }

  /** The server does not use the name that a client sends. */
  @ParameterizedTest
  @ValueSource(strings = {"$SYS", "$G", "nats-operator", "", "*", ">"})
  void nameOfTheClientHasNoEffect(String user) {
    try (OpenLogin login =
        cluster
            .server()
            .open(Map.of("user", user, "pass", cluster.podToken(POD), "name", CONNECTION))) {
      assertThat(login.answer()).isEqualTo(WELCOME);
      // The server may still list the connection of the previous test.
      await()
          .untilAsserted(
              () ->
                  assertThat(named("$G"))
                      .containsExactly(
                          "%s/%s/%s".formatted(sandbox.namespace(), ProjectedCluster.USER, POD)));
      assertThat(named("$SYS")).isEmpty();
    }
  }

  /** The users of the connections of an account with the name of this test. */
  private static List<String> named(String account) {
    return cluster.server().connections(account).stream()
        .filter(connection -> connection.path("name").asText().equals(CONNECTION))
        .map(connection -> connection.path("authorized_user").asText())
        .toList();
  }

  @Test
  void clientCannotLogInAsTheOperator() {
    String operator =
        sandbox
            .configs(CLUSTER)
            .get(CLUSTER)
            .parse()
            .at("/authorization/auth_callout/auth_users/0")
            .asText();
    assertThat(operator).startsWith("U");
    nameOfTheClientHasNoEffect(operator);

    String token = cluster.podToken(POD);
    assertThat(cluster.server().answerTo(Map.of("nkey", operator, "sig", "AA", "pass", token)))
        .isEqualTo(REFUSAL);
  }

  @Test
  void clientCannotChooseItsAccount() {
    String token = cluster.podToken(POD);
    assertThat(cluster.server().answerTo(Map.of("user", "any", "pass", token, "account", "$SYS")))
        .isEqualTo(REFUSAL);
  }

  @Test
  void annotationCannotNameTheSystemAccount() {
    sandbox.apply(
        Manifests.serviceAccount("odd"),
        Manifests.inClusterNamespace("$SYS", Manifests.role("odd", "foo")),
        PodTokens.pod("odd", "odd"));

    await()
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition("odd", "Bound").getStatus()).isEqualTo("False"));
    assertThat(cluster.loginOnce(PodTokens.of(sandbox, "odd", "odd")))
        .as("the server pings a client that waits")
        .isEqualTo("PING");
  }

  private static List<String> users() {
    return cluster.server().connections("$G").stream()
        .map(connection -> connection.path("authorized_user").asText())
        .toList();
  }
}
