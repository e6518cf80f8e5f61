package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * CRDs that admit every value in spec and status, like an older CRD. On close, the current CRDs
 * replace them; objects must be deleted before.
 */
public record LooseCrds(KubernetesClient client) implements AutoCloseable {

  private static final List<String> KINDS = List.of("natsclusters", "natsserviceroles");
  private static final String PROBE =
      """
      apiVersion: nats.io/v1alpha2
      kind: %s
      metadata: {generateName: probe-, namespace: default}
      spec: {unknown: %s}
      """;

  /** Installs the CRDs and waits until the API server uses them. */
  public static LooseCrds install(KubernetesClient client) {
    KINDS.forEach(kind -> apply(client, loose(crd(kind))));
    LooseCrds crds = new LooseCrds(client);
    crds.awaitUse(true);
    return crds;
  }

  @Override
  public void close() {
    KINDS.forEach(kind -> apply(client, crd(kind)));
    awaitUse(false);
  }

  /** The CRD of a kind, as the project generates it. */
  public static ObjectNode crd(String kind) {
    try (InputStream yaml =
        LooseCrds.class.getResourceAsStream("/META-INF/fabric8/" + kind + ".nats.io-v1.yml")) {
      return (ObjectNode) Serialization.yamlMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema of spec and status. */
  public static ObjectNode properties(JsonNode crd) {
    return (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema/properties");
  }

  private static ObjectNode loose(ObjectNode crd) {
    // With it the API server rejects a size that is not an integer.
    ((ObjectNode) crd.at("/spec/versions/0/subresources")).remove("scale");
    ((ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema"))
        .remove("x-kubernetes-validations");
    for (String part : List.of("spec", "status")) {
      properties(crd).putObject(part).put("x-kubernetes-preserve-unknown-fields", true);
    }
    return crd;
  }

  private static void apply(KubernetesClient client, ObjectNode crd) {
    CustomResourceDefinition desired =
        Serialization.unmarshal(crd.toString(), CustomResourceDefinition.class);
    client.resource(desired).forceConflicts().serverSideApply();
  }

  /** The API server applies a changed schema some time later. */
  private void awaitUse(boolean loose) {
    for (String kind : List.of("NatsCluster", "NatsServiceRole")) {
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreExceptions()
          .until(
              () -> {
                var probe = client.resource(PROBE.formatted(kind, "1")).dryRun().create();
                return Serialization.asJson(probe).contains("unknown") == loose;
              });
    }
  }
}
