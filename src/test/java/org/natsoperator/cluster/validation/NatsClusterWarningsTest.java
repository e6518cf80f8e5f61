package org.natsoperator.cluster.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;

class NatsClusterWarningsTest {

  @ParameterizedTest(name = "cluster with {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          auth: {}                                        | spec.auth.enableServiceAccounts: is not true, so anyone who can reach the servers has full access; set it to true
          auth: {enableServiceAccounts: true}, version: 2.10.27 | spec.pod.enableConfigReload: without it, each change of a role restarts the servers; set it to true
          auth: {enableServiceAccounts: true, allowedNamespaces: [team, nats-io]} | spec.auth.allowedNamespaces: the cluster's own namespace is always admitted; remove it
          auth: {enableServiceAccounts: true, projected: {bindToPodAddress: true}} | spec.auth.projected: has no effect without serviceAccountTokens: Projected; set that, or remove this field
          auth: {enableServiceAccounts: true}, paused: true | spec.paused: only changes of roles take effect until it is removed
          auth: {enableServiceAccounts: true}, natsConfig: {trace: true} | spec.natsConfig.trace: logs the payload of every message; remove it after debugging
          auth: {enableServiceAccounts: true}, gatewayConfig: {name: a} | spec.gatewayConfig: is not supported yet and has no effect; remove it
          auth: {enableServiceAccounts: true}, servicePolicy: {labels: {app: mine, team: a}} | spec.servicePolicy.labels.app: is reserved for the operator and ignored; remove it
          auth: {enableServiceAccounts: true}, managementServicePolicy: {labels: {nats_cluster: a}} | spec.managementServicePolicy.labels.nats_cluster: is reserved for the operator and ignored; remove it
          """)
  void warnsAboutSpec(String spec, String warning) {
    assertThat(NatsClusterWarnings.about(Clusters.cluster("{" + spec + "}")))
        .singleElement()
        .hasToString(warning);
    assertThat(warning).hasSizeLessThanOrEqualTo(120);
  }

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"1.2.0", "2.10.27", "2.15.3"})
  void manifestOf2018HasNoWarnings(String version) {
    assertThat(NatsClusterWarnings.about(Clusters.walkthrough(version))).isEmpty();
  }

  @Test
  void newestServersNeedNoSidecarForRoles() {
    assertThat(NatsClusterWarnings.about(Clusters.cluster("{auth: {enableServiceAccounts: true}}")))
        .isEmpty();
  }

  @ParameterizedTest(name = "change of {0} to {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          size: 5 | size: 3 | spec.size: removes example-nats-4…5; their clients must reconnect to other servers
          size: 3 | size: 2 | spec.size: removes example-nats-3; their clients must reconnect to other servers
          version: 2.15.3 | version: 2.10.27 | spec.version: 2.10.27 is older than 2.15.3 and lacks its fixes
          version: 2.15.3-alpine | version: v2.14.9 | spec.version: v2.14.9 is older than 2.15.3-alpine and lacks its fixes
          version: 2.15.1, serverImage: "a@sha256:0000000000000000000000000000000000000000000000000000000000000000" | version: 2.15.3, serverImage: "a@sha256:0000000000000000000000000000000000000000000000000000000000000000" | spec.serverImage: still has the digest of 2.15.1; change it too
          auth: {enableServiceAccounts: true} | auth: {} | spec.auth.enableServiceAccounts: without it, roles have no effect and anyone can connect
          auth: {} | auth: {enableServiceAccounts: true} | spec.auth.enableServiceAccounts: disconnects every client without a role
          auth: {allowedNamespaces: [a, b]} | auth: {allowedNamespaces: [b]} | spec.auth.allowedNamespaces: disconnects clients of a
          auth: {allowedNamespaces: [a, b]} | auth: {} | spec.auth.allowedNamespaces: disconnects clients of a and 1 more
          """)
  void warnsAboutUpdate(String before, String after, String warning) {
    assertThat(NatsClusterUpdateWarnings.updateWarnings(cluster(before), cluster(after)))
        .singleElement()
        .hasToString(warning);
    assertThat(warning).hasSizeLessThanOrEqualTo(120);
  }

  @ParameterizedTest(name = "change of {0} to {1} has no warnings")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          size: 3 | size: 5
          size: 3 | size: 3
          version: 2.10.27 | version: 2.15.3
          version: 2.15.3 | version: 2.15.1
          version: 2.15.1, serverImage: "a@sha256:0000000000000000000000000000000000000000000000000000000000000000" | version: 2.15.3, serverImage: "a@sha256:1111111111111111111111111111111111111111111111111111111111111111"
          version: nonsense! | version: 2.10.27
          version: 2.10.27 | version: nonsense!
          auth: {allowedNamespaces: [a]} | auth: {allowedNamespaces: [b, a]}
          """)
  void harmlessUpdateHasNoWarnings(String before, String after) {
    assertThat(NatsClusterUpdateWarnings.updateWarnings(cluster(before), cluster(after))).isEmpty();
  }

  @Test
  void warnsAboutSingleServerAndVersionWithoutQueueGroups() {
    assertThat(
            NatsClusterUpdateWarnings.updateWarnings(
                cluster("size: 3, version: 2.15.3"), cluster("size: 1, version: 1.2.0")))
        .extracting(FieldError::toString)
        .containsExactly(
            "spec.size: removes example-nats-2…3; their clients must reconnect to other servers",
            "spec.size: each restart of a single server disconnects all clients; use 2 or more",
            "spec.version: 1.2.0 is older than 2.15.3 and lacks its fixes",
            "spec.version: roles with queue groups lose their logins below 2.0.0",
            "spec.version: roles with allowResponses lose their logins below 2.0.4");
  }

  private static NatsCluster cluster(String spec) {
    return Clusters.cluster("{" + spec + "}");
  }
}
