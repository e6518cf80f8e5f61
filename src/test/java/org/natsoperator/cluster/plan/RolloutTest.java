package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.plan.Rollout.Stage;
import org.natsoperator.cluster.resources.ServerStatefulSet;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ImageRegistry;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.FieldOwners;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.VarzFixture;

/**
 * A server is written as its number and its state. {@code +} means the newest template, {@code -}
 * an older one, {@code x} not ready, {@code ?} not confirmed yet, {@code !} rejects its
 * configuration, {@code _} has not answered since an old push, {@code ~} is draining.
 */
class RolloutTest {

  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final int MANY = 9;
  private static final ServerConfigFile FILE = new ServerConfigFile("{}");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        // sentence | size | replicas | servers | replicas next | stage | restarted | waiting for
        "a healthy cluster does not change | 3 | 3 | 1+ 2+ 3+ | 3 | STEADY | none | none",
        "the StatefulSet restarts a crashed server | 3 | 3 | 1+ 2x+ 3+ | 3 | STEADY |"
            + " none | none",
        "an empty StatefulSet starts all servers at once | 3 | 0 |  | 3 | STEADY | none | none",
        "scale-up adds one server | 5 | 3 | 1+ 2+ 3+ | 4 | SCALING_UP | none | none",
        "scale-up waits until the last server exists | 5 | 4 | 1+ 2+ 3+ | 4 | SCALING_UP | none |"
            + " the StatefulSet",
        "scale-up waits until the last server is ready | 5 | 4 | 1+ 2+ 3+ 4x+ | 4 | SCALING_UP |"
            + " none | example-nats-4",
        "scale-up waits until the last server confirms its users | 5 | 4 | 1+ 2+ 3+ 4?+ | 4 |"
            + " SCALING_UP | none | example-nats-4",
        "a broken server does not block scale-up | 5 | 3 | 1x+ 2+ 3+ | 4 | SCALING_UP |"
            + " none | none",
        "scale-down removes the last server first | 3 | 5 | 1+ 2+ 3+ 4+ 5+ | 4 | SCALING_DOWN |"
            + " none | none",
        "scale-down removes one server at a time | 3 | 4 | 1+ 2+ 3+ 4+ 5~+ | 4 | SCALING_DOWN |"
            + " none | example-nats-5",
        "scale-down waits until other servers confirm their users | 3 | 5 | 1+ 2?+ 3+ 4+ 5+ | 5 |"
            + " SCALING_DOWN | none | example-nats-2",
        "scale-down waits until the last server confirms its users | 3 | 5 | 1+ 2+ 3+ 4+ 5?+ | 5 |"
            + " SCALING_DOWN | none | example-nats-5",
        "a broken server does not block scale-down | 3 | 5 | 1x+ 2!+ 3+ 4+ 5+ | 4 |"
            + " SCALING_DOWN | none | none",
        "scale-down waits for a server that does not answer | 3 | 5 | 1+ 2+ 3+ 4+ 5_+ | 5 |"
            + " SCALING_DOWN | none | example-nats-5",
        "scale-down removes a last server that never worked | 3 | 5 | 1+ 2?+ 3+ 4x+ 5x+ | 4 |"
            + " SCALING_DOWN | none | none",
        "scale-down comes before the rollout | 3 | 4 | 1- 2- 3- 4- | 3 | SCALING_DOWN |"
            + " none | none",
        "a rollout replaces the last server first | 3 | 3 | 1- 2- 3- | 3 | ROLLING_OUT |"
            + " example-nats-3 | none",
        "a rollout replaces one server at a time | 3 | 3 | 1- 2- 3~- | 3 | ROLLING_OUT | none |"
            + " example-nats-3",
        "a rollout waits until the new server exists | 3 | 3 | 1- 2- | 3 | ROLLING_OUT | none | the"
            + " StatefulSet",
        "a rollout waits until the new server is ready | 3 | 3 | 1- 2- 3x+ | 3 | ROLLING_OUT | none"
            + " | example-nats-3",
        "a rollout waits until the new server confirms its users | 3 | 3 | 1- 2- 3?+ | 3 |"
            + " ROLLING_OUT | none | example-nats-3",
        "a rollout continues with the next server | 3 | 3 | 1- 2- 3+ | 3 | ROLLING_OUT |"
            + " example-nats-2 | none",
        "a rollout waits until the next server confirms its users | 3 | 3 | 1- 2?- 3+ | 3 |"
            + " ROLLING_OUT | none | example-nats-2",
        "a rollout waits until all other servers confirm their users | 3 | 3 | 1?- 2- 3+ | 3 |"
            + " ROLLING_OUT | none | example-nats-1",
        "a failed rollout stops | 3 | 3 | 1- 2x+ 3+ | 3 | ROLLING_OUT | none |" + " example-nats-2",
        "a failed rollout does not continue with other broken servers | 3 | 3 | 1x- 2x+ 3+ | 3 |"
            + " ROLLING_OUT | none | example-nats-2",
        "a corrected rollout starts with the broken server | 3 | 3 | 1- 2x- 3- | 3 | ROLLING_OUT |"
            + " example-nats-2 | none",
        "a server that rejects its configuration counts as broken | 3 | 3 | 1!- 2- 3- | 3 |"
            + " ROLLING_OUT | example-nats-1 | none",
        "a rollout replaces broken servers one by one | 3 | 3 | 1x- 2x- 3x- | 3 | ROLLING_OUT |"
            + " example-nats-3 | none",
        "scale-up comes after the rollout | 5 | 3 | 1- 2+ 3+ | 3 | ROLLING_OUT |"
            + " example-nats-1 | none"
      })
  void replacesAndScalesServersOneAtATime(
      String sentence,
      int size,
      int replicas,
      String servers,
      int next,
      Stage stage,
      String restart,
      String waitingFor) {
    Rollout rollout =
        rollout(
            Clusters.walkthrough("2.15.2"),
            size,
            set(replicas, 2L),
            servers == null ? "" : servers);

    assertThat(rollout)
        .as(sentence)
        .extracting(
            Rollout::replicas,
            Rollout::stage,
            r -> r.restart().map(ObservedServer::name).orElse(null),
            r -> r.waitingFor().orElse(null))
        .containsExactly(next, stage, restart, waitingFor);
  }

  @ParameterizedTest(name = "{0} with a missing route {1} s after its start: restarted {2}")
  @CsvSource({"1.2.0, 9, true", "1.2.0, 7, false", "2.15.2, 9, false"})
  void restartsServerThatGaveUpItsRoutes(String version, int age, boolean restarted) {
    VarzFixture varz = VarzFixture.of(version).remotes(0).age(Duration.ofSeconds(age));
    List<ObservedServer> servers =
        List.of(server("1+", version).varz(varz).build(), server("2+", version).varz(varz).build());
    Map<String, Push> pushes = new HashMap<>();
    servers.forEach(server -> pushes.put(server.uid(), push("", server)));
    NatsCluster cluster = Clusters.cluster("{size: 2, version: %s}".formatted(version));

    assertThat(Rollout.of(observed(cluster, List.of(set(2, 2L)), servers), pushes, NOW).restart())
        .isEqualTo(restarted ? Optional.of(servers.getLast()) : Optional.empty());
  }

  @ParameterizedTest(name = "from {0} to {1}: does not wait for a route between them: {2}")
  @CsvSource({"1.4.1, 2.6.1, true", "1.2.0, 2.15.2, true", "2.6.1, 2.10.27, false"})
  void rolloutNeedsNoRouteBetweenVersionsThatCannotHaveOne(
      String version, String next, boolean continues) {
    VarzFixture varz = VarzFixture.of(version).age(Duration.ofSeconds(9));
    List<ObservedServer> servers =
        List.of(
            server("1-", version).varz(varz.remotes(1)).build(),
            server("2-", version).varz(varz.remotes(1)).build(),
            server("3+", next).varz(varz.remotes(0)).build());
    Map<String, Push> pushes = new HashMap<>();
    servers.forEach(server -> pushes.put(server.uid(), push("", server)));
    NatsCluster cluster = Clusters.cluster("{size: 3, version: %s}".formatted(next));

    assertThat(Rollout.of(observed(cluster, List.of(set(3, 2L)), servers), pushes, NOW).restart())
        .isEqualTo(continues ? Optional.of(servers.get(1)) : Optional.empty());
  }

  /** For example after a rollback from a version whose image does not exist. */
  @Test
  void replacesServerThatNeverStarted() {
    VarzFixture varz = VarzFixture.of("2.15.2").remotes(1).age(Duration.ofSeconds(9));
    List<ObservedServer> servers =
        List.of(
            server("1+", "2.15.2").varz(varz).build(),
            server("2+", "2.15.2").varz(varz).build(),
            server("3x-", "2.14.99").build());
    Map<String, Push> pushes = new HashMap<>();
    servers.subList(0, 2).forEach(server -> pushes.put(server.uid(), push("", server)));

    assertThat(
            Rollout.of(
                    observed(Clusters.walkthrough("2.15.2"), List.of(set(3, 2L)), servers),
                    pushes,
                    NOW)
                .restart())
        .isEqualTo(Optional.of(servers.getLast()));
  }

  @Test
  void newClusterStartsAllServersAtOnce() {
    ObservedCluster observed = observed(Clusters.walkthrough("2.15.2"), List.of(), List.of());

    assertThat(Rollout.of(observed, Map.of(), NOW).replicas()).isEqualTo(3);
  }

  @Test
  void ignoresStatefulSetOfDeletedClusterWithSameName() {
    StatefulSet foreign =
        new StatefulSetBuilder(set(1, 2L))
            .editMetadata()
            .editFirstOwnerReference()
            .withUid("other")
            .endOwnerReference()
            .endMetadata()
            .build();

    assertThat(rollout(Clusters.walkthrough("2.15.2"), 3, foreign, "1+").replicas()).isEqualTo(3);
  }

  @Test
  void replacesNothingBeforeNewestTemplateIsObserved() {
    Rollout rollout = rollout(Clusters.walkthrough("2.15.2"), 3, set(3, 1L), "1- 2- 3-");

    assertThat(rollout.restart()).isEmpty();
  }

  @Test
  void serverWithoutReloadIsReplacedForNewConfiguration() {
    NatsCluster cluster = Clusters.cluster("{version: 1.2.0}");
    ObservedServer server = server("1?-", "1.2.0").withoutReloader().build();
    ObservedCluster observed = observed(cluster, List.of(set(1, 2L)), List.of(server));

    assertThat(Rollout.of(observed, Map.of(server.uid(), push("?", server)), NOW).restart())
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
    ObservedServer created = server("1-", "2.15.2").build();
    ObservedServer server =
        ObservedServerFixture.of(
                ServerPods.annotated(created.pod(), "nats.io/template", same ? hash : "other"))
            .build();
    ObservedCluster observed =
        observed(Clusters.cluster("{version: 2.15.2}"), List.of(set), List.of(server));

    assertThat(Rollout.of(observed, Map.of(server.uid(), push("", server)), NOW).restart())
        .isEqualTo(restarted ? Optional.of(server) : Optional.empty());
  }

  private static Rollout rollout(NatsCluster cluster, int size, StatefulSet set, String servers) {
    NatsCluster sized =
        Clusters.cluster("{size: %d, version: %s}".formatted(size, cluster.getSpec().version()));
    Map<String, Push> pushes = new HashMap<>();
    List<ObservedServer> observed = new ArrayList<>();
    for (String server : servers.isBlank() ? new String[0] : servers.strip().split(" ")) {
      ObservedServerFixture unanswered = server(server, "2.15.2");
      VarzFixture varz = VarzFixture.of("2.15.2").remotes(MANY);
      ObservedServer one = (server.contains("!") ? unanswered.varz(varz) : unanswered).build();
      observed.add(one);
      pushes.put(one.uid(), push(server, one));
    }
    return Rollout.of(observed(sized, List.of(set), observed), pushes, NOW);
  }

  private static Push push(String server, ObservedServer one) {
    boolean longAgo = server.contains("!") || server.contains("_");
    Push push = Push.start(one, FILE, false, longAgo ? NOW.minusSeconds(60) : NOW);
    return server.contains("?") || longAgo ? push : push.confirm();
  }

  private static ObservedServerFixture server(String server, String version) {
    String name = "example-nats-" + server.charAt(0);
    Pod pod =
        server.contains("x")
            ? ServerPods.created(name, version, "any")
            : ServerPods.running(name, version, "any");
    return ObservedServerFixture.of(
        new PodBuilder(pod)
            .editMetadata()
            .addToLabels("controller-revision-hash", server.contains("+") ? "newest" : "older")
            .withDeletionTimestamp(server.contains("~") ? NOW.toString() : null)
            .endMetadata()
            .build());
  }

  private static StatefulSet set(int replicas, long seen) {
    return new StatefulSetBuilder(
            ServerStatefulSet.of(
                Clusters.walkthrough("2.15.2"),
                ServerVersion.parse("2.15.2").orElseThrow(),
                "rev",
                replicas,
                ImageRegistry.OF_RUNTIME))
        .editMetadata()
        .withGeneration(2L)
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(seen)
        .withUpdateRevision("newest")
        .endStatus()
        .build();
  }

  private static ObservedCluster observed(
      NatsCluster cluster, List<HasMetadata> objects, List<ObservedServer> servers) {
    return ObservedClusterFixture.of(cluster).objects(objects).servers(servers).build();
  }
}
