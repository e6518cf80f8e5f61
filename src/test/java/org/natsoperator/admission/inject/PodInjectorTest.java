package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

/** Each case is injected, injected again and compared. */
class PodInjectorTest {

  /**
   * A folder per case: the pod as a user writes it, the pod after injection, and the warnings, one
   * on each line, if there are any.
   */
  private static final Path FOLDER = Path.of("src/test/resources/inject");

  private static final String POD = "pod.yaml";
  private static final String EXPECTED = "expected.yaml";
  private static final String WARNINGS = "expected-warnings.txt";

  /**
   * The cluster and the roles of the walkthrough, a foreign cluster of the same name, and a cluster
   * of another namespace with a role that names it. Both admit the namespace of the pods.
   */
  private final PodInjector injector =
      new PodInjector(
          new FakeClusterLookup(
              List.of(Clusters.in("foreign", "nats-io"), Clusters.walkthrough("2.15.3"), shared()),
              List.of(Roles.user(), Roles.admin(), roleOfShared()),
              true));

  static List<String> cases() {
    return list(FOLDER);
  }

  @Test
  void eachFolderHasFilesOfCase() {
    assertThat(cases())
        .isNotEmpty()
        .allSatisfy(
            name -> {
              assertThat(name).matches("[a-z]+(-[a-z0-9]+){2,}");
              assertThat(list(FOLDER.resolve(name)))
                  .contains(POD, EXPECTED)
                  .isSubsetOf(POD, EXPECTED, WARNINGS);
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void injectsExpectedPodAndWarnings(String name) {
    ObjectNode pod = read(name, POD);
    ObjectNode untouched = pod.deepCopy();

    AdmissionResponse response = injector.handle(Pods.created(pod));
    ObjectNode injected = Pods.patched(pod, response.patch());

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.warnings()).isEqualTo(warnings(name));
    assertThat(injected).isEqualTo(read(name, EXPECTED));
    assertThat(pod).isEqualTo(untouched);
    assertThat(injector.handle(Pods.createdAndRead(pod))).isEqualTo(response);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void secondInjectionChangesNothing(String name) {
    AdmissionResponse response = injector.handle(Pods.created(read(name, EXPECTED)));

    assertThat(response.patch()).isEmpty();
    assertThat(response.auditAnnotations()).containsEntry("injection", "Unchanged");
  }

  /** The pods of 2018 mount the token themselves. */
  @Test
  void injectsOnlyVariablesIntoPodsOfWalkthrough() throws IOException {
    List<ObjectNode> pods =
        Stream.of(
                Files.readString(Path.of("example/01-service-accounts/walkthrough.yaml"))
                    .split("(?m)^---$"))
            .map(Pods::yaml)
            .filter(object -> object.path("kind").asText().equals("Pod"))
            .toList();

    assertThat(pods)
        .isNotEmpty()
        .allSatisfy(
            pod -> {
              AdmissionResponse response = injector.handle(Pods.created(pod));

              assertThat(response.patch())
                  .extracting(operation -> operation.path("path").asText())
                  .hasSize(6)
                  .allMatch(
                      path ->
                          path.equals("/spec/containers/0/env/-")
                              || path.equals("/metadata/annotations"));
              assertThat(response.warnings()).isEmpty();
            });
  }

  /** Another webhook can add a container later. */
  @Test
  void secondInjectionChangesOnlyContainerAddedLater() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    ObjectNode injected = Pods.patched(pod, injector.handle(Pods.created(pod)).patch());
    injected.withArray("/spec/initContainers").addObject().put("name", "mesh");

    assertThat(injector.handle(Pods.created(injected)).patch())
        .extracting(operation -> operation.path("path").asText())
        .containsExactly("/spec/initContainers/0/volumeMounts", "/spec/initContainers/0/env");
  }

  @Test
  void auditLogAndAnnotationReportInjection() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    AdmissionResponse response = injector.handle(Pods.created(pod));

    assertThat(response.auditAnnotations())
        .containsOnly(
            Map.entry("injection", "Injected"),
            Map.entry("clusters", "nats-io/example-nats=BoundSecret"));
    assertThat(
            Pods.patched(pod, response.patch())
                .at("/metadata/annotations/nats.io~1injected")
                .asText())
        .isEqualTo("nats-io/example-nats=BoundSecret");
  }

  private static NatsCluster shared() {
    NatsCluster cluster = Clusters.in("core", "nats-io");
    cluster.getMetadata().setName("shared-nats");
    return cluster;
  }

  private static NatsServiceRole roleOfShared() {
    NatsServiceRole role = Roles.in("nats-io", "shared-user", "core");
    role.getMetadata().setLabels(Map.of("nats_cluster", "shared-nats"));
    return role;
  }

  private static ObjectNode read(String name, String file) {
    return Pods.yaml(text(FOLDER.resolve(name).resolve(file)));
  }

  private static List<String> warnings(String name) {
    Path file = FOLDER.resolve(name).resolve(WARNINGS);
    return Files.exists(file) ? text(file).lines().toList() : List.of();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> list(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
