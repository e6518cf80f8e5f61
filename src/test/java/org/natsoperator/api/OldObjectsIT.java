package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        version: latest
        serverImage: "nats:2.15.3"
        lameDuckDurationSeconds: 5
        natsConfig: {maxPayload: 99999999}
        pod: {labels: {}}
      """
          .formatted(GROUP);

  private int attempts;

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
                assertThat(rejection(another() + "-mgmt", CLUSTER, sandbox))
                    .contains(
                        "metadata.name must not end in",
                        "spec.lameDuckDurationSeconds",
                        "spec.serverImage",
                        "spec.version"));

    sandbox.apply(edited("size: 1", "size: 2"));
    sandbox.apply(
        edited("{name: %s}", "{name: %s, annotations: {a: b}, finalizers: [example.com/held]}"));
    sandbox.apply(edited("{name: %s}", "{name: %s, finalizers: []}"));
    sandbox.apply(edited("labels: {}", "labels: {a: b}"));
    sandbox.apply(edited("natsConfig: {", "natsConfig: {debug: true, "));
    assertThat(rejection("example-mgmt", CLUSTER.replace("Seconds: 5", "Seconds: 6"), sandbox))
        .contains("spec.lameDuckDurationSeconds")
        .doesNotContain("maxPayload", "metadata.name", "spec.serverImage", "spec.version");
    assertThat(rejection("example-mgmt", CLUSTER.replace("99999999", "99999998"), sandbox))
        .contains("spec.natsConfig.maxPayload");
    sandbox.apply(edited("Seconds: 5", "Seconds: 30"));
    assertThat(rejection("example-mgmt", CLUSTER, sandbox))
        .contains("spec.lameDuckDurationSeconds");
  }

  /** The Go operator appended a condition for each change. */
  @Test
  void statusWithRepeatedConditionsCanBeReplaced(Sandbox sandbox) throws IOException {
    String repeated = "[{\"type\": \"Ready\"}, {\"type\": \"Ready\"}]";
    JsonNode crd = crd();
    apply(withoutListTypes(crd.deepCopy()), sandbox);
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              sandbox.apply(valid("of-go"));
              patchConditions("of-go", repeated, PatchType.JSON_MERGE, sandbox);
            });
    apply(crd, sandbox);
    await()
        .untilAsserted(
            () -> {
              String name = another();
              sandbox.apply(valid(name));
              assertThatThrownBy(
                      () -> patchConditions(name, repeated, PatchType.JSON_MERGE, sandbox))
                  .hasMessageContaining("Duplicate");
            });

    patchConditions("of-go", "null", PatchType.JSON_MERGE, sandbox);
    GenericKubernetesResource patched =
        patchConditions("of-go", "[{\"type\": \"Ready\"}]", PatchType.SERVER_SIDE_APPLY, sandbox);
    assertThat(patched.<List<Object>>get("status", "conditions")).hasSize(1);
  }

  /**
   * A new name for each attempt. While the API server still uses the previous CRD, it accepts an
   * object, and later the same object is an old one.
   */
  private String another() {
    return "another-" + attempts++;
  }

  private static String valid(String name) {
    return CLUSTER
        .formatted(name)
        .replace("version: latest", "version: 2.15.3")
        .replace("nats:2.15.3", "nats")
        .replace("Seconds: 5", "Seconds: 30")
        .replace("99999999", "1000");
  }

  private static GenericKubernetesResource patchConditions(
      String name, String conditions, PatchType type, Sandbox sandbox) {
    return sandbox
        .client()
        .genericKubernetesResources(GROUP + "/v1alpha2", "NatsCluster")
        .inNamespace(sandbox.namespace())
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(type),
            """
            {"apiVersion": "%s/v1alpha2", "kind": "NatsCluster", "metadata": {"name": "%s"},
            "status": {"conditions": %s}}
            """
                .formatted(GROUP, name, conditions));
  }

  private static JsonNode withoutListTypes(JsonNode crd) {
    for (String key : List.of("x-kubernetes-list-type", "x-kubernetes-list-map-keys")) {
      crd.findParents(key).forEach(node -> ((ObjectNode) node).remove(key));
    }
    return crd;
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
