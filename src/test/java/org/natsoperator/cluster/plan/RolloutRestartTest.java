package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.RolloutFixture.confirmed;
import static org.natsoperator.cluster.plan.RolloutFixture.push;
import static org.natsoperator.cluster.plan.RolloutFixture.rollout;
import static org.natsoperator.cluster.plan.RolloutFixture.server;
import static org.natsoperator.cluster.plan.RolloutFixture.set;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.FieldOwners;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.VarzFixture;

/** The servers that a rollout restarts for their routes, configuration and template. */
class RolloutRestartTest {

  @ParameterizedTest(name = "{0} with a missing route {1} s after its start: restarted {2}")
  @CsvSource({"1.2.0, 9, true", "1.2.0, 7, false", "2.15.3, 9, false"})
  void restartsServerThatGaveUpItsRoutes(String version, int age, boolean restarted) {
    VarzFixture varz = VarzFixture.of(version).remotes(0).age(Duration.ofSeconds(age));
    List<ObservedServer> servers =
        List.of(server("1+", version).varz(varz).build(), server("2+", version).varz(varz).build());
    NatsCluster cluster = Clusters.cluster("{size: 2, version: %s}".formatted(version));

    assertThat(rollout(cluster, set(2, 2L), servers).restart())
        .isEqualTo(restarted ? Optional.of(servers.getLast()) : Optional.empty());
  }

  @ParameterizedTest(name = "from {0} to {1}: does not wait for a route between them: {2}")
  @CsvSource({"1.4.1, 2.6.1, true", "1.2.0, 2.15.3, true", "2.6.1, 2.10.27, false"})
  void rolloutNeedsNoRouteBetweenVersionsThatCannotHaveOne(
      String version, String next, boolean continues) {
    VarzFixture varz = VarzFixture.of(version).age(Duration.ofSeconds(9));
    List<ObservedServer> servers =
        List.of(
            server("1-", version).varz(varz.remotes(1)).build(),
            server("2-", version).varz(varz.remotes(1)).build(),
            server("3+", next).varz(varz.remotes(0)).build());
    NatsCluster cluster = Clusters.cluster("{size: 3, version: %s}".formatted(next));

    assertThat(rollout(cluster, set(3, 2L), servers).restart())
        .isEqualTo(continues ? Optional.of(servers.get(1)) : Optional.empty());
  }

  /** For example after a rollback from a version whose image does not exist. */
  @Test
  void replacesServerThatNeverStarted() {
    VarzFixture varz = VarzFixture.of("2.15.3").remotes(1).age(Duration.ofSeconds(9));
    List<ObservedServer> servers =
        List.of(
            server("1+", "2.15.3").varz(varz).build(),
            server("2+", "2.15.3").varz(varz).build(),
            server("3x-", "2.14.99").build());
    Map<String, Push> pushes = confirmed(servers.subList(0, 2));

    assertThat(rollout(Clusters.walkthrough("2.15.3"), set(3, 2L), servers, pushes).restart())
        .isEqualTo(Optional.of(servers.getLast()));
  }

  @Test
  void serverWithoutReloadIsReplacedForNewConfiguration() {
    NatsCluster cluster = Clusters.cluster("{version: 1.2.0}");
    ObservedServer server = server("1?-", "1.2.0").withoutReloader().build();
    Map<String, Push> unconfirmed = Map.of(server.uid(), push("?", server));

    assertThat(rollout(cluster, set(1, 2L), List.of(server), unconfirmed).restart())
        .contains(server);
  }

  /** The StatefulSet controller gives each change of the template another revision. */
  @ParameterizedTest(name = "template {0}, pod rendered as the template: {1}, restarted: {2}")
  @CsvSource({
    "as rendered, true, true",
    "changed by another client, true, false",
    "changed by another client, false, true"
  })
  void fieldsOfOtherClientsRestartNoServer(String template, boolean same, boolean restarted) {
    StatefulSet set = set(1, 2L);
    if (template.startsWith("changed")) {
      set.getMetadata()
          .setManagedFields(
              List.of(
                  FieldOwners.operator("{'f:spec': {'f:template': {'f:spec': {'f:volumes': {}}}}}"),
                  FieldOwners.other(
                      "kubectl", "{'f:spec': {'f:template': {'f:spec': {'f:tolerations': {}}}}}")));
    }
    String hash =
        set.getSpec().getTemplate().getMetadata().getAnnotations().get("nats.io/template");
    ObservedServer created = server("1-", "2.15.3").build();
    ObservedServer server =
        ObservedServerFixture.of(
                ServerPods.annotated(created.pod(), "nats.io/template", same ? hash : "other"))
            .build();
    NatsCluster cluster = Clusters.cluster("{version: 2.15.3}");

    assertThat(rollout(cluster, set, List.of(server)).restart())
        .isEqualTo(restarted ? Optional.of(server) : Optional.empty());
  }
}
