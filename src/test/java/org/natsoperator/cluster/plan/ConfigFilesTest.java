package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ConfigFiles.Content;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;

/** A cluster during its upgrade from 1.2.0, which has no {@code server_name}, to 2.15.3. */
class ConfigFilesTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final ServerVersion VERSION = ServerVersion.parse("2.15.3").orElseThrow();
  private static final String OLD = "example-nats-old";

  @Test
  void newClusterHasOnlyNewestFile() {
    ObservedCluster observed = clusterWithRole().build();
    DesiredCluster desired = desired(observed);

    assertThat(ConfigFiles.of(observed, desired, true).bySecret())
        .containsOnlyKeys(desired.configSecret())
        .containsValue(new Content(desired.config(), 0));
  }

  /** Otherwise its server would keep outdated permissions and block the rollout. */
  @Test
  void recreatesDeletedSecretOfRunningRevision() {
    ObservedCluster observed = observed(List.of());
    DesiredCluster desired = desired(observed);

    assertThat(ConfigFiles.of(observed, desired, true).bySecret())
        .containsEntry(OLD, new Content(desired.config(), 0));
    assertThat(ConfigFiles.of(observed, desired, false).bySecret()).containsOnlyKeys(OLD);
  }

  /** Its author may have intended to protect it in another way. */
  @Test
  void neverRemovesAuthorizationOfInvalidCluster() {
    ObservedCluster deleted = observed(List.of());
    ObservedCluster unreadable =
        observed(List.of(new SecretBuilder(old(0)).withData(null).build()));
    ObservedCluster readable = observed(List.of(old(0)));

    assertThat(ConfigFiles.of(deleted, open(deleted), false).bySecret()).isEmpty();
    assertThat(ConfigFiles.of(unreadable, open(unreadable), false).bySecret()).isEmpty();
    assertThat(ConfigFiles.of(readable, open(readable), false).bySecret().get(OLD).file())
        .isEqualTo(ConfigSecret.fileIn(old(0)).orElseThrow());
    assertThat(ConfigFiles.of(deleted, open(deleted), true).bySecret()).containsKey(OLD);
  }

  @Test
  void updatesUsersOfBothRevisionsDuringRollout() {
    ObservedCluster observed = observed(List.of(old(4)));
    ConfigFiles files = ConfigFiles.of(observed, desired(observed), true);
    ObjectNode older = files.bySecret().get(OLD).config();

    assertThat(files.bySecret()).hasSize(2);
    assertThat(older.at("/authorization/users/0/username").asText()).isEqualTo("nats-user");
    assertThat(older.at("/cluster/routes")).hasSize(3);
  }

  @Test
  void olderRevisionKeepsItsKeysAndGetsNoNewerOnes() {
    ObservedCluster observed = observed(List.of(old(4)));
    Content older = ConfigFiles.of(observed, desired(observed), true).bySecret().get(OLD);

    assertThat(older.config().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("port", "own", "cluster", "authorization");
    assertThat(older.blankLines()).isEqualTo(4);
  }

  @Test
  void writesNoFileForUnmountedRevision() {
    Secret unused =
        new SecretBuilder(old(0))
            .editMetadata()
            .withName("example-nats-older")
            .endMetadata()
            .build();
    ObservedCluster observed = observed(List.of(old(0), unused));

    assertThat(ConfigFiles.of(observed, desired(observed), true).bySecret())
        .doesNotContainKey("example-nats-older");
  }

  @Test
  void invalidClusterUpdatesOnlyFilesInUse() {
    ObservedCluster observed = observed(List.of(old(0)));

    assertThat(ConfigFiles.of(observed, desired(observed), false).bySecret()).containsOnlyKeys(OLD);
  }

  @Test
  void newestFileKeepsItsPadding() {
    DesiredCluster desired = desired(observed(List.of()));
    ServerConfigFile file = ServerConfigFile.of(desired.config(), 5);
    ObservedCluster observed =
        observed(List.of(ConfigSecret.of(CLUSTER, desired.configSecret(), file, 5)));

    assertThat(
            ConfigFiles.of(observed, desired, true)
                .bySecret()
                .get(desired.configSecret())
                .blankLines())
        .isEqualTo(5);
  }

  @Test
  void padsOnlyRequestedFiles() {
    ObservedCluster observed = observed(List.of(old(0)));
    ConfigFiles files = ConfigFiles.of(observed, desired(observed), true);
    ConfigFiles rewritten = files.inOtherBytes(Set.of(OLD, "unknown"));

    assertThat(rewritten.bySecret().get(OLD).blankLines()).isEqualTo(1);
    assertThat(rewritten.bySecret().get(OLD).config())
        .isEqualTo(files.bySecret().get(OLD).config());
    assertThat(rewritten.bySecret()).hasSize(2);
    assertThat(files.bySecret().get(OLD).blankLines()).isZero();
  }

  @Test
  void replacesOlderFileThatIsMissingInSecret() {
    ObservedCluster observed = observed(List.of(new SecretBuilder(old(0)).withData(null).build()));

    assertThat(ConfigFiles.of(observed, desired(observed), true).bySecret().get(OLD).config())
        .isEqualTo(desired(observed).config());
  }

  /**
   * An exception here would block every revocation in the cluster until a user fixes the Secret.
   */
  @ParameterizedTest(name = "an older file changed to \"{0}\" breaks nothing")
  @ValueSource(strings = {"", "nonsense", "[]", "{}", "{\"cluster\": 1}"})
  void tamperedOlderFileBreaksNothing(String text) {
    String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    Secret tampered = new SecretBuilder(old(0)).addToData("nats.conf", encoded).build();
    ObservedCluster observed = observed(List.of(tampered));

    assertThatCode(() -> ConfigFiles.of(observed, desired(observed), true))
        .doesNotThrowAnyException();
  }

  @Test
  void toStringContainsNoPassword() {
    ObservedCluster observed = observed(List.of());
    ConfigFiles files = ConfigFiles.of(observed, desired(observed), true);
    String password =
        files
            .bySecret()
            .values()
            .iterator()
            .next()
            .config()
            .at("/authorization/users/0/password")
            .asText();

    assertThat(password).startsWith("ey");
    assertThat(files.toString().contains(password)).as("text contains the password").isFalse();
  }

  private static Secret old(int blankLines) {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("port", 4222).put("own", true);
    config.putObject("cluster").putArray("routes");
    return ConfigSecret.of(CLUSTER, OLD, ServerConfigFile.of(config, blankLines), blankLines);
  }

  private static DesiredCluster desired(ObservedCluster observed) {
    return DesiredCluster.of(
        observed, VERSION, ServerUsers.of(observed, List.of(VERSION)), Optional.empty());
  }

  /** The desired cluster of a specification without authorization. */
  private static DesiredCluster open(ObservedCluster observed) {
    NatsCluster cluster =
        Clusters.cluster("{version: 2.15.3, auth: {enableServiceAccounts: false}}");
    return desired(
        ObservedClusterFixture.of(cluster)
            .objects(observed.objects())
            .servers(observed.servers())
            .build());
  }

  /** A cluster with one role and one server, which mounts the old file. */
  private static ObservedCluster observed(List<HasMetadata> objects) {
    ObservedServer server =
        ObservedServerFixture.running("example-nats-1").version("1.2.0").configSecret(OLD).build();
    return clusterWithRole().objects(objects).servers(server).build();
  }

  private static ObservedClusterFixture clusterWithRole() {
    return ObservedClusterFixture.of(CLUSTER).roles(Roles.bound(Roles.user(), CLUSTER));
  }
}
