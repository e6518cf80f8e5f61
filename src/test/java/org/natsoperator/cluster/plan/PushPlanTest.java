package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ConfigFiles.Content;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.VarzFixture;

class PushPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final String SECRET = "example-nats-rev";
  private static final NatsCluster CLUSTER = Clusters.walkthrough("1.2.0");
  private static final ObjectNode CONFIG = JsonNodeFactory.instance.objectNode().put("port", 4222);
  private static final ConfigFiles FILES =
      new ConfigFiles(Map.of(SECRET, new Content(CONFIG, 0)), Set.of());

  @Test
  void everyServerOfSecretGetsItsStep() {
    PushPlan plan = plan(Map.of(), server("1.2.0", 1, "L1"), server("1.2.0", 2, "L1"));

    assertThat(plan.steps()).containsOnlyKeys(uid(1), uid(2));
    assertThat(plan.files()).isEqualTo(FILES);
    assertThat(plan.confirmed()).isFalse();
  }

  @Test
  void plansNoStepForServerThatIsStarting() {
    ObservedServer created =
        ObservedServerFixture.created("example-nats-1")
            .version("1.2.0")
            .configSecret(SECRET)
            .build();

    assertThat(plan(Map.of(), created).steps()).isEmpty();
  }

  @Test
  void plansNoStepForServerOfUnknownSecret() {
    ObservedServer unknown =
        ObservedServerFixture.running("example-nats-1")
            .version("1.2.0")
            .configSecret("other")
            .build();

    assertThat(plan(Map.of(), unknown).steps()).isEmpty();
  }

  @Test
  void fileIsPaddedOnceForServersThatNeedIt() {
    ObservedCluster observed = stored(server("1.2.0", 1, "L1"), server("1.2.0", 2, "L1"));
    PushPlan plan = PushPlan.of(observed, FILES, Map.of(), NOW);
    Content content = plan.files().bySecret().get(SECRET);

    assertThat(content.config()).isEqualTo(CONFIG);
    assertThat(content.blankLines()).isEqualTo(1);
    assertThat(plan.pushes().values())
        .hasSize(2)
        .allMatch(push -> push.hash().equals(content.file().hash()));
    assertThat(plan.steps().values()).hasSize(2).allMatch(PushStep::triggerKubeletSync);
  }

  @Test
  void isConfirmedWhenEveryServerHasConfirmed() {
    Map<String, Push> started =
        plan(Map.of(), server("1.2.0", 1, "L1"), server("1.2.0", 2, "L1")).pushes();

    assertThat(plan(started, server("1.2.0", 1, "L2"), server("1.2.0", 2, "L1")).confirmed())
        .isFalse();
    assertThat(plan(started, server("1.2.0", 1, "L2"), server("1.2.0", 2, "L2")).confirmed())
        .isTrue();
  }

  @Test
  void serverWithDigestIsNotPushedAgainForRewrittenFile() {
    String digest = FILES.bySecret().get(SECRET).file().digest("example-nats-1");
    ObservedServer modern =
        ObservedServerFixture.running("example-nats-1")
            .configSecret(SECRET)
            .varz(VarzFixture.of("2.15.3").digest(digest).loadTime("L1"))
            .build();
    PushPlan plan = PushPlan.of(stored(modern, server("1.2.0", 2, "L1")), FILES, Map.of(), NOW);

    assertThat(plan.steps().get(uid(1)).push().confirmed()).isTrue();
    assertThat(plan.steps().get(uid(1)).triggerKubeletSync()).isFalse();
  }

  /** A new pod, for example after a crash, makes the operator rewrite the file for all servers. */
  @Test
  void newServerDoesNotMakeConfirmedServersCountAsRefusing() {
    Map<String, Push> started = plan(Map.of(), server("1.2.0", 1, "L1")).pushes();
    Map<String, Push> confirmed = plan(started, server("1.2.0", 1, "L2")).pushes();
    Instant later = NOW.plus(Duration.ofHours(1));
    ObservedCluster grown = stored(server("1.2.0", 1, "L2"), server("1.2.0", 2, "L1"));

    Push push = PushPlan.of(grown, FILES, confirmed, later).pushes().get(uid(1));

    assertThat(push.refused(later)).isFalse();
  }

  private static PushPlan plan(Map<String, Push> pushes, ObservedServer... servers) {
    ObservedCluster observed = ObservedClusterFixture.of(CLUSTER).servers(servers).build();
    return PushPlan.of(observed, FILES, pushes, NOW);
  }

  private static ObservedCluster stored(ObservedServer... servers) {
    return ObservedClusterFixture.of(CLUSTER)
        .objects(ConfigSecret.of(CLUSTER, SECRET, FILES.bySecret().get(SECRET).file(), 0))
        .servers(servers)
        .build();
  }

  private static ObservedServer server(String version, int ordinal, String loadTime) {
    return ObservedServerFixture.running("example-nats-" + ordinal)
        .version(version)
        .configSecret(SECRET)
        .varz(VarzFixture.of(version).loadTime(loadTime))
        .build();
  }

  private static String uid(int ordinal) {
    return "uid-of-pod-example-nats-" + ordinal;
  }
}
