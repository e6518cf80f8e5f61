package org.natsoperator.cluster.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;

class NatsClusterValidatorTest {

  @ParameterizedTest(name = "{0} is valid")
  @ValueSource(
      strings = {
        "{}",
        "{size: 3, version: \"1.2.0\", pod: {enableConfigReload: true}, auth:"
            + " {enableServiceAccounts: true}}",
        "{version: v2.15.3-alpine, lameDuckDurationSeconds: 30, pod: {labels: {team: a}}}",
        "{lameDuckDurationSeconds: 86400, serverImage: \"host.example:5000/team/nats_server\", pod:"
            + " {reloaderImageTag: 1.0-a}}",
        "{natsConfig: {maxControlLine: 2048}, auth: {enableServiceAccounts: true,"
            + " allowedNamespaces: [team-1]}}",
        "{natsConfig: {maxControlLine: 512}}",
        "{version: 2.15.3, auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}",
        "{version: 2.14.10, auth: {enableServiceAccounts: true, serviceAccountTokens: Projected,"
            + " projected: {maxSessionSeconds: 60, maxStalenessSeconds: 0}}}",
        "{version: 2.14.11-alpine, auth: {enableServiceAccounts: true, serviceAccountTokens:"
            + " Projected}}",
        "{version: nightly, auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}",
        "{version: 1.2.0, auth: {serviceAccountTokens: BoundSecret}}",
        "{pod: {labels: {example.com/team: A_1.b, empty: \"\"}, annotations: {example.com/a: \"any"
            + " text!\"}, nodeSelector: {a: b}}}",
        "{pod: {resources: {requests: {cpu: 500m, memory: 1Gi, example.com/gpu: 1}, limits: {cpu:"
            + " 0.5, memory: 2G}}}}",
        "{lameDuckDurationSeconds: 0, size: 1, natsConfig: {write_deadline: 1.5s, maxPayload:"
            + " 8388608}}"
      })
  void acceptsValidSpec(String spec) {
    assertThat(NatsClusterValidator.validate(Clusters.cluster(spec))).isEmpty();
  }

  @ParameterizedTest(name = "{0} is invalid at {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{size: -1}                           | spec.size                      | 1 or more",
        "{size: 0}                            | spec.size                      | 1 or more",
        "{size: 101}                          | spec.size                      | 100 or less",
        "{size: 2000000000}                   | spec.size                      | 100 or less",
        "{version: latest!}                   | spec.version | use a release such as 2.15.3",
        "{lameDuckDurationSeconds: 5}         | spec.lameDuckDurationSeconds   | 30 or more",
        "{lameDuckDurationSeconds: -1}        | spec.lameDuckDurationSeconds   | 30 or more",
        "{pod: {labels: {app: mine}}}         | spec.pod.labels.app            | remove it",
        "{pod: {labels: {nats_cluster: b}}}   | spec.pod.labels.nats_cluster   | remove it",
        "{pod: {labels: {nats_other: b}}}     | spec.pod.labels.nats_other     | remove it",
        "{tls: {serverSecret: a}}             | spec.tls                       | not supported yet",
        "{operatorConfig: {secret: a}}        | spec.operatorConfig            | not supported yet",
        "{auth: {clientsAuthSecret: a}}       | spec.auth.clientsAuthSecret    | not supported yet",
        "{auth: {clusterAuthSecret: a}}       | spec.auth.clusterAuthSecret    | not supported yet",
        "{lameDuckDurationSeconds: 86401}     | spec.lameDuckDurationSeconds   | must be 86400 (a"
            + " day) or less",
        "{serverImage: \"nats:2.15.3\"}       | spec.serverImage               | \"nats:2.15.3\" is"
            + " not a valid image name without tag",
        "{serverImage: \"my nats\"}           | spec.serverImage               | without tag",
        "{pod: {reloaderImage: \"a@sha256:0\"}} | spec.pod.reloaderImage       | without tag",
        "{pod: {reloaderImageTag: \"a b\"}}   | spec.pod.reloaderImageTag      | use one such as"
            + " \"0.22.4\"",
        "{pod: {reloaderImagePullPolicy: No}} | spec.pod.reloaderImagePullPolicy | Always,"
            + " IfNotPresent or Never",
        "{natsConfig: {maxConnections: -1}}   | spec.natsConfig.maxConnections | must be 0 (the"
            + " server's default) or more",
        "{natsConfig: {maxControlLine: 1024}, auth: {enableServiceAccounts: true}} |"
            + " spec.natsConfig.maxControlLine | must be 2048 or more",
        "{auth: {allowedNamespaces: [a]}}     | spec.auth.allowedNamespaces    | has no effect"
            + " without enableServiceAccounts",
        "{auth: {allowedNamespaces: [a, '*'], enableServiceAccounts: true}} |"
            + " spec.auth.allowedNamespaces[1] | use one exact name",
        "{auth: {serviceAccountTokens: Other}} | spec.auth.serviceAccountTokens | use BoundSecret"
            + " or Projected",
        "{version: 2.15.3, auth: {serviceAccountTokens: Projected}} |"
            + " spec.auth.serviceAccountTokens | without enableServiceAccounts",
        "{version: 2.15.2, auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}} |"
            + " spec.auth.serviceAccountTokens | requires nats-server 2.15.3",
        "{version: 2.15.0, auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}} |"
            + " spec.auth.serviceAccountTokens | requires nats-server 2.15.3",
        "{version: 2.14.9, auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}} |"
            + " spec.auth.serviceAccountTokens | raise spec.version",
        "{auth: {projected: {tokenExpirationSeconds: 599}}} |"
            + " spec.auth.projected.tokenExpirationSeconds | from 600 to 86400",
        "{auth: {projected: {tokenExpirationSeconds: 86401}}} |"
            + " spec.auth.projected.tokenExpirationSeconds | from 600 to 86400",
        "{auth: {projected: {maxSessionSeconds: 59}}} | spec.auth.projected.maxSessionSeconds |"
            + " from 60 to 604800",
        "{auth: {projected: {maxSessionSeconds: 604801}}} | spec.auth.projected.maxSessionSeconds |"
            + " from 60 to 604800",
        "{auth: {projected: {maxStalenessSeconds: -1}}} |"
            + " spec.auth.projected.maxStalenessSeconds | from 0 to 3600",
        "{auth: {projected: {maxStalenessSeconds: 3601}}} |"
            + " spec.auth.projected.maxStalenessSeconds | from 0 to 3600",
        "{pod: {labels: {team: a b}}}         | spec.pod.labels.team | start and end with a letter"
            + " or digit",
        "{pod: {labels: {a b: c}}}            | spec.pod.labels.a b | use one such as \"team\"",
        "{pod: {annotations: {container.apparmor.security.beta.kubernetes.io/nats: unconfined}}} |"
            + " spec.pod.annotations.container.apparmor.security.beta.kubernetes.io/nats |"
            + " use \"runtime/default\"",
        "{pod: {annotations: {a b: c d}}}     | spec.pod.annotations.a b | use one such as"
            + " \"team\"",
        "{pod: {nodeSelector: {disk: -ssd}}}  | spec.pod.nodeSelector.disk | start and end with a"
            + " letter or digit",
        "{pod: {natsEnv: [{value: a}]}}       | spec.pod.natsEnv[0].name       | must be the name"
            + " of a variable",
        "{pod: {natsEnv: [{name: A, value: a}, {name: POD_NAME}]}} | spec.pod.natsEnv[1].name | use"
            + " another name",
        "{pod: {resources: {requests: {cpu: 2}, limits: {cpu: 500m}}}} |"
            + " spec.pod.resources.requests.cpu | exceeds limits.cpu; lower it",
        "{pod: {reloaderResources: {limits: {memory: 1 GB}}}} |"
            + " spec.pod.reloaderResources.limits.memory | use one such as \"500m\"",
        "{pod: {enableMetrics: true, metricsImage: 'a:1'}} | spec.pod.metricsImage          |"
            + " without tag",
        "{pod: {enableMetrics: true, metricsImageTag: a b}} | spec.pod.metricsImageTag       | use"
            + " one such as \"0.18.0\"",
        "{pod: {enableMetrics: true, metricsImagePullPolicy: No}} | spec.pod.metricsImagePullPolicy"
            + " | Always, IfNotPresent or Never",
        "{pod: {enableMetrics: true, metricsResources: {limits: {memory: 1 GB}}}} |"
            + " spec.pod.metricsResources.limits.memory | use one such as \"500m\"",
        "{pod: {priorityClassName: High}}     | spec.pod.priorityClassName     | existing object",
        "{pod: {serviceAccountName: a/b}}     | spec.pod.serviceAccountName    | existing object",
        "{pod: {imagePullSecrets: [{name: a}, {name: B}]}} | spec.pod.imagePullSecrets[1].name |"
            + " existing object",
        "{pod: {securityContext: {runAsUser: 0, fsGroup: 0}}} |"
            + " spec.pod.securityContext.runAsUser | must be 1 or more",
        "{pod: {securityContext: {runAsUser: 7}}} | spec.pod.securityContext.runAsUser | set"
            + " that too",
        "{pod: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: a}]}} |"
            + " spec.pod.topologySpreadConstraints[0].whenUnsatisfiable | DoNotSchedule",
        "{pod: {topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]}} |"
            + " spec.pod.topologySpreadConstraints[0].topologyKey | topology.kubernetes.io/zone",
        "{pod: {topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable:"
            + " DoNotSchedule}]}} | spec.pod.topologySpreadConstraints[0].maxSkew | 1 or more",
        "{auth: {tlsVerifyAndMap: true}}      | spec.auth.tlsVerifyAndMap      | not supported yet"
      })
  void rejectsInvalidSpec(String spec, String field, String remedy) {
    assertThat(NatsClusterValidator.validate(Clusters.cluster(spec)))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo(field);
              assertThat(error.message()).contains(remedy);
            });
  }

  /**
   * nats-server rejects these values at start and at each reload. No revocation could reach it any
   * more.
   */
  @ParameterizedTest(name = "natsConfig {0} is invalid at {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{maxPayload: 100000000}              | spec.natsConfig.maxPayload",
        "{maxPayload: 2000, maxPending: 1000} | spec.natsConfig.maxPayload",
        "{write_deadline: 99999999999999h}    | spec.natsConfig.write_deadline",
        "{write_deadline: soon}               | spec.natsConfig.write_deadline"
      })
  void rejectsValuesThatServersReject(String settings, String field) {
    assertThat(fields(Clusters.cluster("{natsConfig: " + settings + "}"))).containsExactly(field);
  }

  /**
   * The version is also a label of the server pods. The API server would reject an invalid label.
   */
  @ParameterizedTest(name = "version {0} cannot be a label")
  @ValueSource(
      strings = {
        "2.15.3-",
        "2.15.3.",
        "nightly-",
        "2.15.3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void rejectsVersionThatIsNotValidAsLabel(String version) {
    assertThat(fields(Clusters.cluster("{version: \"" + version + "\"}")))
        .containsExactly("spec.version");
  }

  @ParameterizedTest(name = "{0} is a valid name")
  @ValueSource(
      strings = {
        "a",
        "example-nats",
        "n1",
        "mgmt",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void acceptsValidName(String name) {
    assertThat(NatsClusterValidator.validate(Clusters.named(name, "{}"))).isEmpty();
  }

  @ParameterizedTest(name = "{0} is an invalid name")
  @ValueSource(
      strings = {
        "1a",
        "-a",
        "a-",
        "a.b",
        "A",
        "a-mgmt",
        "a-bound-token",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void rejectsInvalidName(String name) {
    assertThat(fields(Clusters.named(name, "{}"))).containsExactly("metadata.name");
  }

  @Test
  void reportsAllErrorsAtOnce() {
    NatsCluster cluster =
        Clusters.named(
            "a-mgmt",
            "{size: -1, version: latest!, lameDuckDurationSeconds: 5, pod: {labels: {app: a}}, tls:"
                + " {verify: true}}");

    assertThat(fields(cluster))
        .containsExactly(
            "metadata.name",
            "spec.size",
            "spec.version",
            "spec.lameDuckDurationSeconds",
            "spec.pod.labels.app",
            "spec.tls");
  }

  private static List<String> fields(NatsCluster cluster) {
    return NatsClusterValidator.validate(cluster).stream().map(FieldError::field).toList();
  }
}
