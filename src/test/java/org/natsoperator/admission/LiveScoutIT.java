package org.natsoperator.admission;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class LiveScoutIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void seesWhatIsThere(Sandbox sandbox) {
    NatsServiceRole role = Roles.in(sandbox.namespace(), "nats-user");
    LiveScout scout = new LiveScout(sandbox.client(), PATIENCE);
    assertThat(scout.around(role)).isEqualTo(new Surroundings(Optional.empty(), true, true));

    sandbox.apply(Manifests.cluster(), Manifests.serviceAccount("nats-user"));
    Surroundings seen = scout.around(role);
    assertThat(seen.lacksCluster()).isFalse();
    assertThat(seen.lacksAccount()).isFalse();
    assertThat(seen.cluster().orElseThrow().getSpec().size()).isEqualTo(3);
  }

  @Test
  void looksWhereTheRoleSays(Sandbox sandbox, Sandbox elsewhere) {
    elsewhere.apply(Manifests.cluster());
    NatsServiceRole role = Roles.in(sandbox.namespace(), "nats-user");
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", elsewhere.namespace()));

    assertThat(new LiveScout(sandbox.client(), PATIENCE).around(role).cluster()).isPresent();
  }

  @Test
  void aRoleWithoutALabelLacksNoCluster(Sandbox sandbox) {
    NatsServiceRole role = Roles.in(sandbox.namespace(), "nats-user");
    role.getMetadata().setLabels(null);

    assertThat(new LiveScout(sandbox.client(), PATIENCE).around(role).lacksCluster()).isFalse();
  }

  @Test
  void whoMayNotLookSaysNothing(Sandbox sandbox) {
    var nobody = new ConfigBuilder(sandbox.client().getConfiguration()).withImpersonateUsername("nobody").build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(nobody).build()) {
      assertThat(new LiveScout(client, PATIENCE).around(Roles.in(sandbox.namespace(), "a"))).isEqualTo(Surroundings.UNKNOWN);
    }
  }

  @Test
  @Timeout(10)
  void anApiServerThatHangsIsNotWaitedFor() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:" + silent.getLocalPort()).withRequestRetryBackoffLimit(0).build())
                .build()) {
      long before = System.nanoTime();
      assertThat(new LiveScout(client).around(Roles.in("team", "a"))).isEqualTo(Surroundings.UNKNOWN);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(8));
    }
  }
}
