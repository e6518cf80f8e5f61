package org.natsoperator.cluster.observed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;

class ObservedClusterTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final ObservedRole ROLE = Roles.bound(Roles.user(), CLUSTER);
  private static final ServerConfigFile FILE = new ServerConfigFile("{}");
  private static final Secret MOUNTED = ConfigSecret.of(CLUSTER, "example-nats-a", FILE, 0);
  private static final Secret UNMOUNTED = ConfigSecret.of(CLUSTER, "example-nats-b", FILE, 0);
  private static final Secret COPY = ConfigSecret.copy(CLUSTER, "example-nats", FILE);

  @Test
  void onlyMountedSecretsAreInUseWithoutRollout() {
    assertThat(inUse(set(2, 2L, "r2", "r2"))).containsExactly("example-nats-a");
  }

  @ParameterizedTest(name = "{0}: Secrets of all revisions are in use")
  @MethodSource
  void allSecretsAreInUseDuringRollout(String when, StatefulSet set) {
    assertThat(inUse(set)).as(when).containsExactly("example-nats-a", "example-nats-b");
  }

  static Stream<Arguments> allSecretsAreInUseDuringRollout() {
    return Stream.of(
        arguments("template not yet observed", set(3, 2L, "r2", "r2")),
        arguments(
            "no template observed yet",
            new StatefulSetBuilder(set(1, 1L, "r", "r")).withStatus(null).build()));
  }

  @Test
  void findsObjectsByKindAndName() {
    ObservedCluster observed = observed(List.of(MOUNTED, COPY, set(1, 1L, "r", "r")));

    assertThat(observed.secret("example-nats")).hasValue(COPY);
    assertThat(observed.statefulSet()).isPresent();
    assertThat(observed.secret("example-nats-b")).isEmpty();
  }

  @Test
  void toStringContainsNoToken() {
    String token = ROLE.tokenSecret().orElseThrow().getData().get("token");

    assertThat(observed(List.of()).toString().contains(token))
        .as("text contains the token")
        .isFalse();
  }

  private static List<String> inUse(StatefulSet set) {
    return observed(List.of(set, MOUNTED, UNMOUNTED, COPY)).configSecretsInUse().stream()
        .map(secret -> secret.getMetadata().getName())
        .toList();
  }

  private static ObservedCluster observed(List<HasMetadata> objects) {
    return ObservedClusterFixture.of(CLUSTER)
        .roles(ROLE)
        .objects(objects)
        .servers(
            ObservedServerFixture.running("example-nats-1").configSecret("example-nats-a").build())
        .build();
  }

  private static StatefulSet set(long generation, Long seen, String current, String update) {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("example-nats")
        .withGeneration(generation)
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(seen)
        .withCurrentRevision(current)
        .withUpdateRevision(update)
        .endStatus()
        .build();
  }
}
