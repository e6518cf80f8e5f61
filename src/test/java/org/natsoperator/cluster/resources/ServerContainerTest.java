package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

class ServerContainerTest {

  @ParameterizedTest(name = "{0} runs {1}")
  @CsvSource({
    "1.2.0,         nats:1.2.0,         /gnatsd",
    "v2.15.3,       nats:2.15.3,        /nats-server",
    "2.15.3-alpine, nats:2.15.3-alpine, /usr/local/bin/nats-server"
  })
  void usesCommandOf2018(String version, String image, String binary) {
    Container container = container(Clusters.walkthrough(version));

    assertThat(container.getImage()).isEqualTo(image);
    assertThat(container.getArgs()).isEmpty();
    assertThat(container.getCommand())
        .containsExactly(
            binary,
            "-c",
            "/etc/nats-config/nats.conf",
            "-P",
            "/var/run/nats/nats.pid",
            "--cluster_advertise",
            "$(POD_NAME).example-nats-mgmt.nats-io.svc",
            "--connect_retries",
            "10");
  }

  @Test
  void takesServerNameFromPod() {
    EnvVar name = container(Clusters.walkthrough("2.15.3")).getEnv().getLast();

    assertThat(name.getName()).isEqualTo("POD_NAME");
    assertThat(name.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("metadata.name");
  }

  @Test
  void disablesAdvertisingIfConfigured() {
    assertThat(container(Clusters.cluster("{noAdvertise: true}")).getCommand())
        .endsWith("--no_advertise");
    assertThat(container(Clusters.cluster("{noAdvertise: false}")).getCommand())
        .doesNotContain("--no_advertise");
  }

  @Test
  void usesImageResourcesAndEnvironmentOfSpec() {
    Container container =
        container(
            Clusters.cluster(
                "{version: 2.15.3, serverImage: registry/nats, pod: {resources: {limits: {memory:"
                    + " 64Mi}}, natsEnv: [{name: A, value: b}]}}"));

    assertThat(container.getImage()).isEqualTo("registry/nats:2.15.3");
    assertThat(container.getResources().getLimits().get("memory")).hasToString("64Mi");
    assertThat(container.getEnv())
        .extracting(EnvVar::getName)
        .containsExactly("GOMEMLIMIT", "A", "POD_NAME");
  }

  @ParameterizedTest(name = "memory limit {0}")
  @CsvSource({
    "1000,  800",
    "64Mi,  53687091",
    "1Gi,   858993459",
    "1e-9,  ",
    "0,     ",
    "1e999999, "
  })
  void goMemoryLimitIsFourFifthsOfLimit(String limit, String bytes) {
    Container container =
        container(
            Clusters.cluster("{pod: {resources: {limits: {memory: '%s'}}}}".formatted(limit)));

    assertThat(goMemoryLimits(container)).isEqualTo(bytes == null ? List.of() : List.of(bytes));
  }

  @Test
  void goMemoryLimitOfUserStays() {
    Container own =
        container(
            Clusters.cluster(
                "{pod: {resources: {limits: {memory: 1Gi}}, natsEnv: [{name: GOMEMLIMIT, value:"
                    + " 1MiB}]}}"));

    assertThat(goMemoryLimits(own)).containsExactly("1MiB");
    assertThat(goMemoryLimits(container(Clusters.cluster("{}")))).isEmpty();
  }

  private static List<String> goMemoryLimits(Container container) {
    return container.getEnv().stream()
        .filter(variable -> variable.getName().equals("GOMEMLIMIT"))
        .map(EnvVar::getValue)
        .toList();
  }

  /** A pod without requests gets CPU time last and is evicted first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{pod: {}}",
        "{pod: {resources: {}}}",
        "{pod: {resources: {requests: {}, limits: null}}}"
      })
  void alwaysHasResourceRequests(String spec) {
    assertThat(container(Clusters.cluster(spec)).getResources().getRequests())
        .containsOnlyKeys("cpu", "memory");
    assertThat(container(Clusters.cluster(spec)).getResources().getLimits()).isNullOrEmpty();
  }

  @Test
  void usesPortsOf2018() {
    assertThat(container(Clusters.walkthrough("1.2.0")).getPorts())
        .extracting(ContainerPort::getName, ContainerPort::getContainerPort)
        .containsExactly(
            Tuple.tuple("cluster", 6222),
            Tuple.tuple("monitoring", 8222),
            Tuple.tuple("client", 4222));
  }

  @ParameterizedTest(name = "{0} has probe path {1}")
  @CsvSource({"1.2.0, /", "2.7.0, /", "2.7.1, /healthz", "2.15.3, /healthz"})
  void probesUsePathThatVersionSupports(String version, String path) {
    Container container = container(Clusters.walkthrough(version));

    assertThat(Stream.of(container.getStartupProbe(), container.getReadinessProbe()))
        .extracting(ServerContainerTest::path)
        .containsOnly(path);
    assertThat(path(container.getLivenessProbe())).isEqualTo("/");
  }

  private static String path(Probe probe) {
    return probe.getHttpGet().getPath();
  }

  private static Container container(NatsCluster cluster) {
    ServerVersion version = ServerVersion.parse(cluster.getSpec().version()).orElseThrow();
    return new ServerPod(cluster, version, "r")
        .template(ServerImages.OF_RUNTIME)
        .getSpec()
        .getContainers()
        .getFirst();
  }
}
