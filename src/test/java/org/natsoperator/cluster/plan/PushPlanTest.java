package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.plan.ConfigFiles.Content;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ServerPods;
import org.natsoperator.testing.SigningKey;

class PushPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final String SECRET = "example-nats-rev";
  private static final NatsCluster CLUSTER = Clusters.walkthrough("1.2.0");
  private static final ObjectNode CONFIG = JsonNodeFactory.instance.objectNode().put("port", 4222);
  private static final ConfigFiles FILES = new ConfigFiles(Map.of(SECRET, new Content(CONFIG, 0)));

  @Test
  void everyServerOfASecretGetsItsStep() {
    PushPlan plan = plan(Map.of(), server("1.2.0", 1, "L1"), server("1.2.0", 2, "L1"));

    assertThat(plan.steps()).containsOnlyKeys(uid(1), uid(2));
    assertThat(plan.files()).isEqualTo(FILES);
    assertThat(plan.confirmed()).isFalse();
  }

  @Test
  void aServerThatDoesNotRunYetReadsTheFileWhenItStarts() {
    ObservedServer created =
        new ObservedServer(ServerPods.created("example-nats-1", "1.2.0", SECRET), Optional.empty());

    assertThat(plan(Map.of(), created).steps()).isEmpty();
  }

  @Test
  void aServerOfAnUnknownSecretGetsNoStep() {
    ObservedServer stranger =
        new ObservedServer(
            ServerPods.running("example-nats-1", "1.2.0", "other"), Optional.empty());

    assertThat(plan(Map.of(), stranger).steps()).isEmpty();
  }

  @Test
  void whereOneServerNeedsOtherBytesTheFileIsWrittenInThemOnce() {
    ObservedCluster observed = stored(server("1.2.0", 1, "L1"), server("1.2.0", 2, "L1"));
    PushPlan plan = PushPlan.of(observed, FILES, Map.of(), NOW);
    Content content = plan.files().bySecret().get(SECRET);

    assertThat(content.config()).isEqualTo(CONFIG);
    assertThat(content.blankLines()).isEqualTo(1);
    assertThat(plan.pushes().values()).allMatch(push -> push.hash().equals(content.file().hash()));
    assertThat(plan.steps().values()).allMatch(PushStep::triggerKubeletSync);
  }

  @Test
  void isConfirmedWhenEveryServerIs() {
    Map<String, Push> begun =
        plan(Map.of(), server("1.2.0", 1, "L1"), server("1.2.0", 2, "L1")).pushes();

    assertThat(plan(begun, server("1.2.0", 1, "L2"), server("1.2.0", 2, "L1")).confirmed())
        .isFalse();
    assertThat(plan(begun, server("1.2.0", 1, "L2"), server("1.2.0", 2, "L2")).confirmed())
        .isTrue();
  }

  @Test
  void aServerThatTellsDigestsIsNotDisturbedByAnothersOtherBytes() {
    String digest = FILES.bySecret().get(SECRET).file().digest("example-nats-1");
    ObservedServer modern =
        new ObservedServer(
            ServerPods.running("example-nats-1", "2.15.2", SECRET),
            Optional.of(new Varz("2.15.2", digest, "L1", 2, null, null)));
    PushPlan plan = PushPlan.of(stored(modern, server("1.2.0", 2, "L1")), FILES, Map.of(), NOW);

    assertThat(plan.steps().get(uid(1)).push().confirmed()).isTrue();
    assertThat(plan.steps().get(uid(1)).triggerKubeletSync()).isFalse();
  }

  /**
   * A pod that comes later, after a crash say, makes all read other bytes; the others have done
   * nothing wrong.
   */
  @Test
  void aNewServerDoesNotMakeThoseThatConfirmedLongAgoLookLikeRefusing() {
    Map<String, Push> begun = plan(Map.of(), server("1.2.0", 1, "L1")).pushes();
    Map<String, Push> confirmed = plan(begun, server("1.2.0", 1, "L2")).pushes();
    Instant later = NOW.plus(Duration.ofHours(1));
    ObservedCluster grown = stored(server("1.2.0", 1, "L2"), server("1.2.0", 2, "L1"));

    Push push = PushPlan.of(grown, FILES, confirmed, later).pushes().get(uid(1));

    assertThat(push.refused(later)).isFalse();
  }

  private static PushPlan plan(Map<String, Push> known, ObservedServer... servers) {
    return PushPlan.of(observed(List.of(), servers), FILES, known, NOW);
  }

  private static ObservedCluster stored(ObservedServer... servers) {
    return observed(
        List.of(ConfigSecret.of(CLUSTER, SECRET, FILES.bySecret().get(SECRET).file(), 0)), servers);
  }

  private static ObservedCluster observed(List<HasMetadata> objects, ObservedServer... servers) {
    return new ObservedCluster(
        CLUSTER, List.of(), SigningKey.proof(), Clusters.KEYS, objects, List.of(servers));
  }

  private static ObservedServer server(String version, int ordinal, String loadTime) {
    return new ObservedServer(
        ServerPods.running("example-nats-" + ordinal, version, SECRET),
        Optional.of(new Varz(version, null, loadTime, 2, null, null)));
  }

  private static String uid(int ordinal) {
    return "uid-of-pod-example-nats-" + ordinal;
  }
}
