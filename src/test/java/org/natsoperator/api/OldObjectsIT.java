package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/** Clusters that are older than the rules of their CRD. The test uses its own API group. */
@ExtendWith(ApiServer.class)
class OldObjectsIT {

  private static final String GROUP = "old.example.com";
  private static final String RULES = "x-kubernetes-validations";
  private static final String CLUSTER =
      """
      apiVersion: %s/v1alpha2
      kind: NatsCluster
      metadata: {name: %%s}
      spec:
        size: 1
        lameDuckDurationSeconds: 5
        natsConfig: {maxPayload: 99999999}
        pod: {labels: {}}
      """
          .formatted(GROUP);

  @Test
  void invalidValuesOfOldObjectsDoNotBlockOtherEdits(Sandbox sandbox) throws IOException {
    JsonNode crd = crd();
    apply(without(crd.deepCopy()), sandbox);
    await()
        .ignoreExceptions()
        .untilAsserted(() -> sandbox.apply(CLUSTER.formatted("example-mgmt")));
    apply(crd, sandbox);
    await()
        .untilAsserted(
            () ->
                assertThat(rejection("another-mgmt", CLUSTER, sandbox))
                    .contains("metadata.name must not end in", "spec.lameDuckDurationSeconds"));

    sandbox.apply(edited("size: 1", "size: 2"));
    sandbox.apply(
        edited("{name: %s}", "{name: %s, annotations: {a: b}, finalizers: [example.com/held]}"));
    sandbox.apply(edited("{name: %s}", "{name: %s, finalizers: []}"));
    sandbox.apply(edited("labels: {}", "labels: {a: b}"));
    sandbox.apply(edited("natsConfig: {", "natsConfig: {debug: true, "));
    assertThat(rejection("example-mgmt", CLUSTER.replace("Seconds: 5", "Seconds: 6"), sandbox))
        .contains("spec.lameDuckDurationSeconds")
        .doesNotContain("maxPayload", "metadata.name");
    assertThat(rejection("example-mgmt", CLUSTER.replace("99999999", "99999998"), sandbox))
        .contains("spec.natsConfig.maxPayload");
    sandbox.apply(edited("Seconds: 5", "Seconds: 30"));
    assertThat(rejection("example-mgmt", CLUSTER, sandbox))
        .contains("spec.lameDuckDurationSeconds");
  }

  private static String edited(String before, String after) {
    return CLUSTER.replace(before, after).formatted("example-mgmt");
  }

  /** The error of the API server; empty if it accepts the cluster. */
  private static String rejection(String name, String cluster, Sandbox sandbox) {
    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class, () -> sandbox.apply(cluster.formatted(name)));
    return refused == null ? "" : refused.getStatus().getMessage();
  }

  private static JsonNode crd() throws IOException {
    Path file = Path.of("charts/nats-operator/files/crds/natsclusters.nats.io.yaml");
    ObjectNode crd = (ObjectNode) Serialization.yamlMapper().readTree(Files.readString(file));
    ((ObjectNode) crd.get("metadata")).put("name", "natsclusters." + GROUP);
    ((ObjectNode) crd.get("spec")).put("group", GROUP);
    return crd;
  }

  private static JsonNode without(JsonNode crd) {
    crd.findParents(RULES).forEach(node -> ((ObjectNode) node).remove(RULES));
    return crd;
  }

  private static void apply(JsonNode crd, Sandbox sandbox) {
    sandbox
        .client()
        .resource(Serialization.unmarshal(crd.toString(), CustomResourceDefinition.class))
        .forceConflicts()
        .serverSideApply();
  }
}
