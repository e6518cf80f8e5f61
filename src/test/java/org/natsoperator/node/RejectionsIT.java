package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.testing.Manifests.CLUSTER;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.Sandbox;

/**
 * The errors that kubectl shows for each rule that no schema can express: the field, the error and
 * the remedy.
 */
@NodeTest
class RejectionsIT {

  @ParameterizedTest(name = "role with permissions {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {publish: ['foo workers']}      | publish[0]   | a queue group is valid only under subscribe; remove "workers"
          {publish: ['']}                 | publish[0]   | a subject must not be empty; remove the entry or set a subject
          {publish: [a, 'foo..bar']}      | publish[1]   | "foo..bar" has an empty token; remove the extra dot
          {publish: ['.foo']}             | publish[0]   | ".foo" has an empty token; remove the extra dot
          {publish: ['foo.>.bar']}        | publish[0]   | "foo.>.bar" has ">" before its last token; use "*" there
          {publish: ["a\\tb"]}            | publish[0]   | contains a space or control character; remove it
          {publish: [foo, foo]}           | publish[1]   | "foo" is already listed as [0]; remove one of them
          {subscribe: ['foo a b']}        | subscribe[0] | has more than a subject and one queue group; split or correct it
          {subscribe: ['foo..bar']}       | subscribe[0] | "foo..bar" has an empty token; remove the extra dot
          {subscribe: ['foo work..ers']}  | subscribe[0] | in the queue group: "work..ers" has an empty token; remove the extra dot
          {subscribe: [foo, bar, foo]}    | subscribe[2] | "foo" is already listed as [0]; remove one of them
          """)
  void rejectsInvalidSubject(String permissions, String field, String message, Sandbox sandbox) {
    assertRejected(
        sandbox,
        role("user", "labels: {nats_cluster: example-nats}", permissions),
        "spec.permissions." + field,
        message);
  }

  @ParameterizedTest(name = "role with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          labels: {team: a}                      | metadata.labels.nats_cluster | is missing; set it to the name of a NatsCluster
          labels: {nats_cluster: ''}             | metadata.labels.nats_cluster | is missing; set it to the name of a NatsCluster
          labels: {nats_cluster: Example}        | metadata.labels.nats_cluster | "Example" is not a valid NatsCluster name: it must start with a letter
          labels: {nats_cluster: example-mgmt}   | metadata.labels.nats_cluster | must not end in '-mgmt' or '-bound-token'; choose another name
          {labels: {nats_cluster: a}, annotations: {nats.io/cluster-namespace: Not_One}} | metadata.annotations.nats.io/cluster-namespace | "Not_One" is not a valid namespace name; use the namespace of the NatsCluster, or remove the annotation
          """)
  void rejectsInvalidClusterReference(
      String metadata, String field, String message, Sandbox sandbox) {
    assertRejected(sandbox, role("user", inBlock(metadata), "{publish: [foo]}"), field, message);
  }

  @ParameterizedTest(name = "role with permissions {0}")
  @CsvSource({"{}, 'is missing; list subjects under publish or subscribe'"})
  void rejectsRoleWithoutPermissions(String permissions, String message, Sandbox sandbox) {
    assertRejected(
        sandbox,
        role("user", "labels: {nats_cluster: example-nats}", permissions),
        "spec.permissions",
        message);
  }

  @ParameterizedTest
  @CsvSource({"240, 'is too long: the name of its token''s Secret'"})
  void rejectsNameThatIsTooLongForItsSecret(int length, String message, Sandbox sandbox) {
    assertRejected(
        sandbox,
        role("a".repeat(length), "labels: {nats_cluster: example-nats}", "{publish: [foo]}"),
        "metadata.name",
        message);
  }

  @ParameterizedTest(name = "cluster with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {auth: {enableServiceAccounts: true}, natsConfig: {maxControlLine: 1024}} | natsConfig.maxControlLine  | must be 2048 or more with spec.auth.enableServiceAccounts
          {pod: {reloaderImageTag: 'a b'}}                   | pod.reloaderImageTag                 | "a b" is not a valid image tag; use one such as
          {pod: {natsEnv: [{name: 'A=B', value: c}]}}        | pod.natsEnv[0].name                  | must be the name of a variable, without '='
          {pod: {natsEnv: [{name: POD_NAME, value: c}]}}     | pod.natsEnv[0].name                  | POD_NAME is reserved for the operator; use another name
          {pod: {labels: {app: mine}}}                       | pod.labels.app                       | is reserved for the operator; remove it
          {pod: {labels: {nats_version: mine}}}              | pod.labels.nats_version              | is reserved for the operator; remove it
          {pod: {labels: {team: 'a b'}}}                     | pod.labels.team                      | must have at most 63 characters of A-Z, a-z, 0-9
          {pod: {labels: {'-team': a}}}                      | pod.labels.-team                     | is not a valid label or annotation name; use one such as "team"
          {pod: {nodeSelector: {disk: 'a b'}}}               | pod.nodeSelector.disk                | must have at most 63 characters of A-Z, a-z, 0-9
          {pod: {annotations: {'a b': c}}}                   | pod.annotations.a b                  | is not a valid label or annotation name; use one such as "team"
          {pod: {annotations: {container.apparmor.security.beta.kubernetes.io/nats: unconfined}}} | pod.annotations.container.apparmor.security.beta.kubernetes.io/nats | must not be "unconfined"; use "runtime/default", or remove it
          {pod: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}}         | pod.resources.requests.cpu         | exceeds limits.cpu; lower it or raise the limit
          {pod: {reloaderResources: {requests: {cpu: 2}, limits: {cpu: 1}}}} | pod.reloaderResources.requests.cpu | exceeds limits.cpu; lower it or raise the limit
          {pod: {resources: {limits: {memory: 1 GB}}}}                       | pod.resources.limits[memory]       | is not a valid quantity; use one such as "500m" or "1Gi"
          {pod: {reloaderResources: {requests: {cpu: half}}}}                | pod.reloaderResources.requests[cpu] | is not a valid quantity; use one such as "500m" or "1Gi"
          {tls: {serverSecret: certificates}}                | tls                                  | is not supported yet; remove it
          {operatorConfig: {secret: jwt}}                    | operatorConfig                       | is not supported yet; remove it
          {auth: {clientsAuthSecret: users}}                 | auth.clientsAuthSecret               | is not supported yet; remove it
          {auth: {clientsAuthFile: users}}                   | auth.clientsAuthFile                 | is not supported yet; remove it
          {auth: {tlsVerifyAndMap: true}}                    | auth.tlsVerifyAndMap                 | is not supported yet; remove it
          {auth: {clusterAuthSecret: routes}}                | auth.clusterAuthSecret               | is not supported yet; remove it
          {auth: {gatewayAuthSecret: gates}}                 | auth.gatewayAuthSecret               | is not supported yet; remove it
          """)
  void rejectsInvalidCluster(String spec, String field, String message, Sandbox sandbox) {
    assertRejected(sandbox, Manifests.cluster(spec), "spec." + field, message);
  }

  private static void assertRejected(
      Sandbox sandbox, String manifest, String field, String message) {
    assertThat(sandbox.kubectlApply(manifest))
        .contains("is invalid", field + ": ", message)
        .doesNotContain("created");
    assertThat(sandbox.role("user")).isNull();
    assertThat(sandbox.cluster(CLUSTER)).isNull();
  }

  private static String inBlock(String metadata) {
    return metadata.startsWith("{")
        ? metadata.substring(1, metadata.length() - 1).replace("}, ", "}\n  ")
        : metadata;
  }

  private static String role(String name, String metadata, String permissions) {
    return """
    apiVersion: nats.io/v1alpha2
    kind: NatsServiceRole
    metadata:
      name: %s
      %s
    spec:
      permissions: %s
    """
        .formatted(name, metadata, permissions);
  }
}
