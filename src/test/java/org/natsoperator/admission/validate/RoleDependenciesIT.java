package org.natsoperator.admission.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

@ExtendWith(ApiServer.class)
class RoleDependenciesIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Test
  void findsExistingDependencies(Sandbox sandbox) {
    NatsServiceRole role = Roles.in(sandbox.namespace(), "nats-user");
    assertThat(read(role, sandbox.client()))
        .isEqualTo(new RoleDependencies(Optional.empty(), true, true));

    sandbox.apply(Manifests.cluster(), Manifests.serviceAccount("nats-user"));
    RoleDependencies dependencies = read(role, sandbox.client());
    assertThat(dependencies.lacksCluster()).isFalse();
    assertThat(dependencies.lacksAccount()).isFalse();
    assertThat(dependencies.cluster().orElseThrow().getSpec().size()).isEqualTo(3);
  }

  @Test
  void readsClusterInAnnotatedNamespace(Sandbox sandbox, Sandbox elsewhere) {
    elsewhere.apply(Manifests.cluster());
    NatsServiceRole role = Roles.in(sandbox.namespace(), "nats-user");
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", elsewhere.namespace()));

    assertThat(read(role, sandbox.client()).cluster()).isPresent();
    assertThat(read(role, sandbox.client(), Set.of(sandbox.namespace())).cluster())
        .as("a namespace that the operator does not watch")
        .isEmpty();
    assertThat(read(role, sandbox.client(), Set.of(sandbox.namespace())).lacksCluster()).isFalse();
  }

  @Test
  void roleWithoutLabelHasNoMissingCluster(Sandbox sandbox) {
    NatsServiceRole role = Roles.in(sandbox.namespace(), "nats-user");
    role.getMetadata().setLabels(null);

    assertThat(read(role, sandbox.client()).lacksCluster()).isFalse();
  }

  @Test
  void treatsForbiddenReadAsUnknown(Sandbox sandbox) {
    var unprivileged =
        new ConfigBuilder(sandbox.client().getConfiguration())
            .withImpersonateUsername("unprivileged")
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(unprivileged).build()) {
      assertThat(read(Roles.in(sandbox.namespace(), "a"), client))
          .isEqualTo(RoleDependencies.UNKNOWN);
    }
  }

  @Test
  @Timeout(120)
  void doesNotWaitForHangingApiServer() throws IOException {
    try (ServerSocket unresponsive = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(
                    new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + unresponsive.getLocalPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build()) {
      long before = System.nanoTime();
      Stopwatch stopwatch = Stopwatch.start();
      var reader = new UncachedReader(client, properties(Set.of()));
      assertThat(RoleDependencies.read(Roles.in("team", "a"), reader))
          .isEqualTo(RoleDependencies.UNKNOWN);
      assertThat(stopwatch.elapsed()).isLessThan(Duration.ofSeconds(8));
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isGreaterThan(Duration.ofMillis(500));
    }
  }

  private static RoleDependencies read(NatsServiceRole role, KubernetesClient client) {
    return read(role, client, Set.of());
  }

  private static RoleDependencies read(
      NatsServiceRole role, KubernetesClient client, Set<String> watched) {
    return RoleDependencies.read(role, new UncachedReader(client, properties(watched), TIMEOUT));
  }

  private static OperatorProperties properties(Set<String> watched) {
    return OperatorPropertiesFixture.watching(watched).build();
  }
}
