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
import org.natsoperator.testing.Workloads;

/**
 * The warnings and errors that kubectl shows for unusual client pods. Most of the pods never start,
 * because they wait for a Secret.
 */
@NodeTest
class PodMessagesIT {

  private static final String WARNING = "Warning: ";
  private static final String NO_RIGHTS =
      "no permissions: NatsServiceRole user for NatsCluster example-nats does not exist; create it";

  @ParameterizedTest(name = "ServiceAccount {0} with {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user    | {}                                            | nats_cluster: NatsCluster NAMESPACE/example-nats does not exist; create it, or set nats.io/cluster-namespace
          user    | {}                                            | no permissions: NatsServiceRole user for NatsCluster example-nats does not exist; create it
          default | {}                                            | no permissions: NatsServiceRole default for NatsCluster example-nats does not exist; create it
          default | {}                                            | spec.serviceAccountName: "default" is shared by other pods; create a ServiceAccount for this pod
          user    | {nats.io/token-lifetime: 1m}                  | nats.io/token-lifetime: 60s is out of range, so the operator uses 600s; use 600s to 86400s
          user    | {nats.io/token-lifetime: 48h}                 | nats.io/token-lifetime: 172800s is out of range, so the operator uses 86400s; use 600s to 86400s
          user    | {nats.io/token-lifetime: 1h}                  | nats.io/token-lifetime: has no effect for NatsCluster example-nats, whose tokens are in Secrets
          user    | {nats.io/inject-containers: 'client, absent'} | nats.io/inject-containers: the pod has no container absent yet; check the name
          """)
  void warnsAboutUnusualPod(String account, String annotations, String warning, Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount(account));
    String expected = warning.replace("NAMESPACE", sandbox.namespace());
    await()
        .untilAsserted(
            () -> assertThat(warningsAbout(pod(account, annotations), sandbox)).contains(expected));

    assertThat(sandbox.kubectlApply(pod(account, annotations))).contains("created");
  }

  @Test
  void warnsAboutPodWithoutRole(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("user"), paused("auth: {enableServiceAccounts: true}"));
    await()
        .untilAsserted(
            () -> assertThat(warningsAbout(pod("user", "{}"), sandbox)).containsExactly(NO_RIGHTS));
    sandbox.apply(Manifests.role("user", "foo"));
    await().untilAsserted(() -> assertThat(warningsAbout(pod("user", "{}"), sandbox)).isEmpty());
  }

  @Test
  void warnsAboutPodOfClusterWithoutServiceAccounts(Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("user"), paused("auth: {}"));
    await()
        .untilAsserted(
            () ->
                assertThat(warningsAbout(pod("user", "{}"), sandbox))
                    .containsExactly(
                        "no token: NatsCluster example-nats does not admit ServiceAccounts; set"
                            + " spec.auth.enableServiceAccounts"));
  }

  @ParameterizedTest(name = "annotation {0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nats.io/token-lifetime    | soon     | "soon" is not a valid duration; use one such as 1h30m or 90m, or a number of seconds
          nats.io/inject-env        | some     | "some" is not a valid value; use "false" for no variables, or remove the annotation
          nats.io/fs-group          | staff    | "staff" is not a valid group ID; use a number from 0 to 2147483647
          nats.io/clusters          | Another  | "Another" is not a valid name; use name or namespace/name, separated by commas
          nats.io/cluster-namespace | Not_One  | "Not_One" is not a valid namespace name; use the namespace of the NatsCluster
          nats.io/inject-containers | a_b      | "a_b" is not a valid name; use names of containers, separated by commas
          """)
  void rejectsInvalidAnnotation(String annotation, String value, String message, Sandbox sandbox) {
    sandbox.apply(Manifests.serviceAccount("user"));
    assertThat(sandbox.kubectlApply(pod("user", "{%s: %s}".formatted(annotation, value))))
        .contains(
            "The Pod \"client\" is invalid", "metadata.annotations." + annotation + ": ", message)
        .doesNotContain("created");
    assertThat(sandbox.client().pods().inNamespace(sandbox.namespace()).withName("client").get())
        .isNull();
  }

  /**
   * The warnings for a pod that is not created, so that a test can try again. A webhook that waits
   * for the API server for a second decides without its answer.
   */
  private static List<String> warningsAbout(String pod, Sandbox sandbox) {
    return sandbox
        .kubectlApply(pod, "--dry-run=server")
        .lines()
        .filter(line -> line.startsWith(WARNING))
        .map(line -> line.substring(WARNING.length()))
        .toList();
  }

  private static String paused(String spec) {
    return Manifests.cluster(CLUSTER, "{paused: true, " + spec + "}");
  }

  private static String pod(String account, String annotations) {
    return Workloads.pod("client", account)
        .replaceFirst("metadata:\n", "metadata:\n  annotations: " + annotations + "\n");
  }
}
