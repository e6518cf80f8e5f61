package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.Sandbox;

/** The warnings that kubectl shows for valid roles and clusters that may be a mistake. */
@NodeTest
class WarningsIT {

  private static final String WARNING = "Warning: ";

  @ParameterizedTest(name = "role {0} with {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user    | {publish: ['foo*']}             | spec.permissions.publish[0]: "foo*" is not a wildcard: "*" or ">" must be a whole token
          user    | {publish: [x, 'a.*b']}          | spec.permissions.publish[1]: "*b" is not a wildcard: "*" or ">" must be a whole token
          user    | {publish: ["foo\\u200bbar"]}    | spec.permissions.publish[0]: "foo?bar" contains an invisible character; remove it
          user    | {subscribe: ['foo  workers']}   | spec.permissions.subscribe[0]: is read as "foo workers"; use one space
          user    | {subscribe: ['>']}              | spec.permissions.subscribe[0]: ">" matches every subject, also of JetStream and replies; list only necessary subjects
          user    | {subscribe: ['$SYS.>']}         | spec.permissions.subscribe[0]: "$SYS.>" has little effect: clients are not in account $SYS; remove it
          user    | {publish: [foo.bar, 'foo.*']}   | spec.permissions.publish[0]: "foo.bar" is covered by "foo.*"; remove it
          user    | {subscribe: ['_INBOX.>']}       | spec.permissions.subscribe[0]: "_INBOX.>" lets clients read each other's replies; use NATS_INBOX_PREFIX
          user    | {subscribe: ['_INBOX_.>']}      | spec.permissions.subscribe[0]: "_INBOX_.>" lets clients read replies to others; narrow or remove it
          user    | {publish: []}                   | spec.permissions: grants nothing, so clients can only connect; list subjects
          default | {publish: [foo]}                | metadata.name: every pod without a serviceAccountName gets these permissions; use another ServiceAccount
          """)
  void warnsAboutRole(String name, String permissions, String warning, Sandbox sandbox) {
    String role = Manifests.role(name, "foo").replaceFirst("(?s)permissions:.*", "permissions: ");
    String output = sandbox.kubectlApply(role + permissions + "\n");
    assertThat(warnings(output)).contains(warning);
    assertThat(output).contains("created");
  }

  @Test
  void warnsAboutRoleWithoutClusterAndServiceAccount(Sandbox sandbox) {
    awaitWarnings(
        sandbox,
        Manifests.role("user", "foo"),
        "metadata.name: ServiceAccount user does not exist; create it",
        "metadata.labels.nats_cluster: not found in namespace %s; create it, or set nats.io/cluster-namespace"
            .formatted(sandbox.namespace()));
  }

  @ParameterizedTest(name = "cluster with enableServiceAccounts {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | ''
          false | metadata.labels.nats_cluster: the cluster's spec.auth.enableServiceAccounts is not true; set it
          """)
  void warnsAboutRoleOfExistingCluster(boolean serviceAccounts, String warning, Sandbox sandbox) {
    sandbox.apply(
        Manifests.serviceAccount("user"),
        paused("auth: {enableServiceAccounts: %b}".formatted(serviceAccounts)));
    String[] expected = warning.isEmpty() ? new String[0] : new String[] {warning};
    awaitWarnings(sandbox, Manifests.role("user", "foo"), expected);
  }

  @Test
  void warnsAboutRoleThatClusterDoesNotAdmit(Sandbox ofRole, Sandbox ofCluster) {
    ofRole.apply(Manifests.serviceAccount("user"));
    ofCluster.apply(paused("auth: {enableServiceAccounts: true}"));
    String role =
        Manifests.inClusterNamespace(ofCluster.namespace(), Manifests.role("user", "foo"));
    awaitWarnings(
        ofRole,
        role,
        "metadata.labels.nats_cluster: the cluster's spec.auth.allowedNamespaces does not list"
            + " this namespace; add it");
  }

  @ParameterizedTest(name = "cluster with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          auth: {}                                                            | spec.auth.enableServiceAccounts: is not true, so anyone who can reach the servers has full access; set it to true
          auth: {enableServiceAccounts: true}                                 | spec.paused: only changes of roles take effect until it is removed
          auth: {enableServiceAccounts: true}, version: 2.10.27               | spec.pod.enableConfigReload: without it, each change of a role restarts the servers; set it to true
          auth: {enableServiceAccounts: true, allowedNamespaces: [NAMESPACE]} | spec.auth.allowedNamespaces: the cluster's own namespace is always admitted; remove it
          natsConfig: {trace: true}                                           | spec.natsConfig.trace: logs the payload of every message; remove it after debugging
          gatewayConfig: {name: a}                                            | spec.gatewayConfig: is not supported yet and has no effect; remove it
          pod: {advertiseExternalIP: true}                                    | spec.pod.advertiseExternalIP: is not supported yet and has no effect; remove it
          servicePolicy: {labels: {app: mine}}                                | spec.servicePolicy.labels.app: is reserved for the operator and ignored; remove it
          managementServicePolicy: {labels: {nats_cluster: a}}                | spec.managementServicePolicy.labels.nats_cluster: is reserved for the operator and ignored; remove it
          """)
  void warnsAboutCluster(String spec, String warning, Sandbox sandbox) {
    String output = sandbox.kubectlApply(paused(spec.replace("NAMESPACE", sandbox.namespace())));
    assertThat(warnings(output)).contains(warning);
    assertThat(output).contains("created");
  }

  /** The webhook never rejects a change because of its consequences, but it returns warnings. */
  @ParameterizedTest(name = "change of {0} to {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          size: 3          | size: 1          | spec.size: removes example-nats-2…3; their clients must reconnect to other servers
          size: 3          | size: 1          | spec.size: each restart of a single server disconnects all clients; use 2 or more
          version: 2.15.3  | version: 2.10.27 | spec.version: 2.10.27 is older than 2.15.3 and lacks its fixes
          version: 2.10.27 | version: 1.2.0   | spec.version: roles with queue groups lose their logins below 2.0.0
          auth: {enableServiceAccounts: true}  | auth: {enableServiceAccounts: false} | spec.auth.enableServiceAccounts: without it, roles have no effect and anyone can connect
          auth: {enableServiceAccounts: false} | auth: {enableServiceAccounts: true}  | spec.auth.enableServiceAccounts: disconnects every client without a role
          auth: {enableServiceAccounts: true, allowedNamespaces: [a, b]} | auth: {enableServiceAccounts: true, allowedNamespaces: [b]} | spec.auth.allowedNamespaces: disconnects clients of a
          auth: {enableServiceAccounts: true, allowedNamespaces: [a, b]} | auth: {enableServiceAccounts: true} | spec.auth.allowedNamespaces: disconnects clients of a and 1 more
          """)
  void warnsAboutConsequencesOfChange(
      String before, String after, String warning, Sandbox sandbox) {
    assertThat(sandbox.kubectlApply(paused(before))).contains("created");
    String output = sandbox.kubectlApply(paused(after));
    assertThat(warnings(output)).contains(warning);
    assertThat(output).contains("configured");
  }

  /** The scale subresource contains no spec. */
  @Test
  void warnsAboutConsequencesOfScaling(Sandbox sandbox) {
    sandbox.apply(paused("size: 3"));
    String output = sandbox.kubectlScale("natscluster/" + CLUSTER, 2);
    assertThat(warnings(output))
        .containsExactly(
            "spec.size: removes example-nats-3; their clients must reconnect to other servers");
    assertThat(output).contains("scaled");
    assertThat(warnings(sandbox.kubectlScale("natscluster/" + CLUSTER, 3))).isEmpty();
    assertThat(sandbox.cluster(CLUSTER).getSpec().size()).isEqualTo(3);
    assertThat(sandbox.kubectlScale("natscluster/" + CLUSTER, 0))
        .contains("spec.size")
        .doesNotContain("scaled");
  }

  /**
   * Waits for these warnings in dry runs. A webhook that waits for the API server for a second
   * decides without its answer.
   */
  private static void awaitWarnings(Sandbox sandbox, String manifest, String... expected) {
    await()
        .untilAsserted(
            () ->
                assertThat(warnings(sandbox.kubectlApply(manifest, "--dry-run=server")))
                    .containsExactlyInAnyOrder(expected));
  }

  private static List<String> warnings(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(WARNING))
        .map(line -> line.substring(WARNING.length()))
        .toList();
  }

  /** The cluster is paused so that no server starts. */
  private static String paused(String spec) {
    return Manifests.cluster(CLUSTER, "{paused: true, " + spec + "}");
  }
}
