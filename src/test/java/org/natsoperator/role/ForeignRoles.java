package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** A cluster with a role of its own namespace, and roles of another namespace. */
final class ForeignRoles {

  /**
   * Events take milliseconds. A change that is found only by the periodic reconciliation after a
   * minute is an error.
   */
  private static final Duration PROMPTLY = Duration.ofSeconds(45);

  private final Sandbox core;
  private final Sandbox team;

  /** Creates a cluster that admits only the roles of its own namespace. */
  ForeignRoles(Sandbox core, Sandbox team) {
    this.core = core;
    this.team = team;
    core.apply(
        admitting(), Manifests.serviceAccount("nats-user"), Manifests.role("nats-user", "home"));
    await()
        .untilAsserted(
            () -> assertThat(core.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
  }

  /** Creates a role of the other namespace, and waits until the cluster admits it. */
  void admit(String role) {
    core.apply(admitting(team));
    team.apply(Manifests.serviceAccount(role), annotated(role, core));
    await().untilAsserted(() -> assertThat(core.users(CLUSTER)).contains(user(role)));
  }

  static void promptly(ThrowingRunnable assertion) {
    await().atMost(PROMPTLY).ignoreExceptions().untilAsserted(assertion);
  }

  /** The reason of the condition Ready of a role. */
  String reason(String role) {
    return team.roleCondition(role, "Ready").getReason();
  }

  /** The name of the user of an account in nats.conf. */
  String user(String account) {
    return team.namespace() + "." + account;
  }

  String secretName(String account) {
    return "%s-%s.%s-bound-token".formatted(account, CLUSTER, core.namespace());
  }

  String token(String account) {
    return team.token(account, CLUSTER + "." + core.namespace()).orElseThrow();
  }

  /** A cluster that admits the roles of these namespaces. */
  static String admitting(Sandbox... namespaces) {
    String list = String.join(", ", List.of(namespaces).stream().map(Sandbox::namespace).toList());
    return Manifests.cluster(
        "size: 3\nauth: {enableServiceAccounts: true, allowedNamespaces: [%s]}\n".formatted(list));
  }

  /** A role that names the namespace of its cluster. */
  static String annotated(String role, Sandbox cluster) {
    return role(role, "team", cluster);
  }

  static String role(String name, String subject, Sandbox cluster) {
    return Manifests.inClusterNamespace(cluster.namespace(), Manifests.role(name, subject));
  }
}
