package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.docs.Recipe;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * The API server accepts the manifests of example/samples, README.md and docs/, and the operator
 * finds no error.
 */
@OperatorTest
class SamplesIT {

  private static final Path SAMPLES = Path.of("example/samples");

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: client}
      spec:
        serviceAccountName: nats-user
        containers: [{name: client, image: client}]
      """;

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
  }

  /** A part of a pod becomes a pod. */
  static List<Arguments> documented() {
    return Recipe.MANIFEST.blocks().stream()
        .map(block -> Arguments.of(Named.of(block.toString(), manifest(block.text()))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operatorFindsNoErrorInSample(Path sample, Sandbox cluster, Sandbox teamA, Sandbox teamB)
      throws IOException {
    assertValid(Files.readString(sample), cluster, teamA, teamB);
  }

  @ParameterizedTest
  @MethodSource("documented")
  void operatorFindsNoErrorInDocs(String manifests, Sandbox cluster, Sandbox a, Sandbox b) {
    cluster.apply(Manifests.serviceAccount("nats-user"));
    assertValid(manifests, cluster, a, b);
  }

  private static void assertValid(String text, Sandbox cluster, Sandbox teamA, Sandbox teamB) {
    String manifests =
        text.replace("nats-events", cluster.namespace())
            .replace("team-a", teamA.namespace())
            .replace("team-b", teamB.namespace());
    List<Sandbox> all = List.of(cluster, teamA, teamB);
    for (String manifest : manifests.split("(?m)^---$")) {
      assertThat(namespaceOf(manifest, all).kubectlApply(manifest))
          .isNotEmpty()
          .doesNotContain("Warning")
          .doesNotContain("rror");
    }
    for (Sandbox namespace : all) {
      await().untilAsserted(() -> assertNoError(namespace));
    }
  }

  private static String manifest(String text) {
    return text.startsWith("volumes:") ? POD + text.indent(2) : text;
  }

  /** The namespace in the metadata of a manifest, else the first one. */
  private static Sandbox namespaceOf(String manifest, List<Sandbox> namespaces) {
    return namespaces.stream()
        .filter(sandbox -> manifest.contains("\n  namespace: " + sandbox.namespace() + "\n"))
        .findFirst()
        .orElse(namespaces.getFirst());
  }

  private static void assertNoError(Sandbox sandbox) {
    var client = sandbox.client();
    String namespace = sandbox.namespace();
    assertThat(client.resources(NatsCluster.class).inNamespace(namespace).list().getItems())
        .allSatisfy(
            cluster -> {
              assertThat(sandbox.clusterCondition(name(cluster), "Ready").getReason())
                  .isNotNull()
                  .isNotEqualTo(ClusterReasons.INVALID)
                  .isNotEqualTo(ClusterReasons.REFUSED);
              assertThat(sandbox.clusterCondition(name(cluster), "FieldsSupported").getStatus())
                  .isEqualTo("True");
            });
    assertThat(client.resources(NatsServiceRole.class).inNamespace(namespace).list().getItems())
        .allSatisfy(
            role ->
                assertThat(sandbox.roleCondition(name(role), "Ready").getReason())
                    .isIn(RoleReasons.NOT_IN_FORCE, RoleReasons.CLUSTER_NOT_FOUND));
  }

  private static String name(CustomResource<?, ?> object) {
    return object.getMetadata().getName();
  }
}
