package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** kubectl reports each invalid input with the field and the remedy. */
@OperatorTest
class BadInputIT {

  @ParameterizedTest(name = "cluster with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          size: -1                   | spec.size                    | greater than or equal to 1
          size: 0                    | spec.size                    | greater than or equal to 1
          size: 101                  | spec.size                    | less than or equal to 100
          size: 2000000000           | spec.size                    | less than or equal to 100
          size: three                | spec.size                    | integer
          version: "latest!"         | spec.version                 | must be a version of nats-server; use a release such as 2.15.3
          version: latest            | spec.version                 | use a release such as
          lameDuckDurationSeconds: 5 | spec.lameDuckDurationSeconds | must be 30 or more
          lameDuckDurationSeconds: 86401              | spec.lameDuckDurationSeconds        | must be 86400 (a day) or less
          serverImage: "nats:2.15.3"                  | spec.serverImage                    | without tag; set the tag in spec.version
          serverImage: "nats@sha256:00"               | spec.serverImage                    | without tag
          pod: {reloaderImage: "host:5000/a:1"}       | spec.pod.reloaderImage              | without tag; set the tag in reloaderImageTag
          pod: {reloaderImagePullPolicy: Sometimes}   | spec.pod.reloaderImagePullPolicy    | use Always, IfNotPresent or Never
          auth: {allowedNamespaces: [team]}           | spec.auth.allowedNamespaces         | set that to true, or remove the list
          auth: {allowedNamespaces: ["*"]}            | spec.auth.allowedNamespaces         | "*" is not a valid namespace name; use one exact name per entry
          natsConfig: {maxPayload: 100000000}         | spec.natsConfig.maxPayload          | lower it or raise maxPending
          natsConfig: {maxPayload: 2, maxPending: 1}  | spec.natsConfig.maxPayload          | must not exceed maxPending
          natsConfig: {maxConnections: 3000000000}    | spec.natsConfig.maxConnections      | less than or equal to 2147483647
          pod: {resources: {limits: {cpu: ""}}}       | spec.pod.resources.limits[cpu]      | is not a valid quantity; use one such as
          natsConfig: {maxPending: -1}                | spec.natsConfig.maxPending          | greater than or equal to 0
          natsConfig: {write_deadline: soon}          | spec.natsConfig.write_deadline      | must be a duration; use one such as "2s"
          sise: 3                    | spec.sise                    | unknown field
          """)
  void kubectlRejectsInvalidField(String spec, String field, String remedy, Sandbox sandbox) {
    assertThat(sandbox.kubectlApply(Manifests.cluster(spec))).contains(field, remedy);
    assertThat(sandbox.cluster(CLUSTER)).isNull();
  }

  @ParameterizedTest(name = "cluster with {0}")
  @ValueSource(
      strings = {
        "serverImage: host.example:5000/team/nats-server",
        "serverImage: ''",
        "auth: {allowedNamespaces: null}",
        "auth: {allowedNamespaces: []}",
        "auth: {allowedNamespaces: [team], enableServiceAccounts: true}",
        "pod: {reloaderImage: '', reloaderImagePullPolicy: ''}",
        "{lameDuckDurationSeconds: 86400, pod: {reloaderImagePullPolicy: Always}}"
      })
  void kubectlAcceptsValidField(String spec, Sandbox sandbox) {
    assertThat(sandbox.kubectlApply(Manifests.cluster(spec))).contains("created");
  }

  @ParameterizedTest(name = "cluster with name {0}")
  @CsvSource({
    "example-mgmt,        choose another name",
    "example-bound-token, choose another name",
    "example.nats,        'contain only a-z, 0-9 and'",
    "1example,            must start with a letter",
    "a-name-of-forty-six-characters-which-is-too-much, choose a shorter name",
  })
  void kubectlRejectsInvalidName(String name, String remedy, Sandbox sandbox) {
    assertThat(sandbox.kubectlApply(Manifests.cluster(name, "size: 1")))
        .contains("metadata.name", remedy);
    assertThat(sandbox.cluster(name)).isNull();
  }

  @Test
  void acceptsLongestName(Sandbox sandbox) {
    String name = "a-name-of-forty-five-characters-that-may-just";
    assertThat(name).hasSize(45);
    assertThat(sandbox.kubectlApply(Manifests.cluster(name, "size: 1"))).contains("created");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(name, "Ready").getReason())
                    .isEqualTo("ServersNotReady"));
  }

  @ParameterizedTest(name = "cluster with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tls: {serverSecret: certificates}       | spec.tls
          auth: {clientsAuthSecret: users}        | spec.auth.clientsAuthSecret
          auth: {clusterAuthSecret: routes}       | spec.auth.clusterAuthSecret
          operatorConfig: {secret: jwt}           | spec.operatorConfig
          pod: {labels: {app: mine}}              | spec.pod.labels.app
          pod: {labels: {nats_version: mine}}     | spec.pod.labels.nats_version
          """)
  void doesNotRunClusterWithUnsupportedSecurityField(String spec, String field, Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(spec));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("Invalid"));
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus()).isEqualTo("False");
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
        .contains(field, "remove it");
    // The Event follows the status.
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.cluster(CLUSTER)))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getNote()).contains(field)));
    await().during(Duration.ofMillis(500)).untilAsserted(() -> assertThatNothingRuns(sandbox));
  }

  @Test
  void runsClusterAfterCorrection(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("tls: {serverSecret: certificates}"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("Invalid"));
    sandbox.apply(Manifests.cluster("size: 1"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("ServersNotReady"));
  }

  @Test
  void invalidatedClusterKeepsServersAndAppliesRevocations(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    sandbox.apply(
        Manifests.cluster(
            """
            size: 3
            tls: {serverSecret: certificates}
            pod: {enableConfigReload: true}
            auth: {enableServiceAccounts: true}
            """));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("Invalid"));
    sandbox.delete(sandbox.role("nats-user"));
    String mounted = CLUSTER + "-";
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.configs(CLUSTER))
                    .anySatisfy(
                        (name, file) -> {
                          assertThat(name).startsWith(mounted);
                          assertThat(file.text()).doesNotContain("nats-user");
                        }));
    assertThat(
            sandbox
                .client()
                .apps()
                .statefulSets()
                .inNamespace(sandbox.namespace())
                .list()
                .getItems())
        .hasSize(1);
  }

  private static void assertThatNothingRuns(Sandbox sandbox) {
    assertThat(
            sandbox
                .client()
                .apps()
                .statefulSets()
                .inNamespace(sandbox.namespace())
                .list()
                .getItems())
        .isEmpty();
    assertThat(sandbox.configs(CLUSTER)).isEmpty();
  }
}
