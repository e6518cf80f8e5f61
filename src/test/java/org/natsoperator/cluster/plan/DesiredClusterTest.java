package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;

class DesiredClusterTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");

  @Test
  void ordersFilesBeforeServicesPodsAndCopy() {
    DesiredCluster desired = desired(CLUSTER);

    assertThat(objects(desired))
        .extracting(object -> object.getKind() + " " + object.getMetadata().getName())
        .containsExactly(
            "Secret example-nats-" + desired.revision(),
            "Service example-nats-mgmt",
            "Service example-nats",
            "NetworkPolicy example-nats",
            "PodDisruptionBudget example-nats",
            "StatefulSet example-nats",
            "Secret example-nats");
  }

  @Test
  void allObjectsHaveLabelsOf2018() {
    assertThat(objects(desired(CLUSTER)))
        .allSatisfy(
            object ->
                assertThat(object.getMetadata().getLabels())
                    .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats")));
  }

  @Test
  void objectsAreOwnedByClusterAndDoNotBlockItsDeletion() {
    OwnerReference owner = new OwnerReference();
    owner.setApiVersion("nats.io/v1alpha2");
    owner.setKind("NatsCluster");
    owner.setName("example-nats");
    owner.setUid(Clusters.UID);
    owner.setController(true);

    assertThat(objects(desired(CLUSTER)))
        .allSatisfy(
            object -> {
              assertThat(object.getMetadata().getOwnerReferences()).containsExactly(owner);
              assertThat(object.getMetadata().getNamespace()).isEqualTo("nats-io");
            });
  }

  @Test
  void podsMountSecretOfTheirRevision() {
    DesiredCluster desired = desired(CLUSTER);
    StatefulSet set = (StatefulSet) objects(desired).get(5);

    assertThat(
            set.getSpec()
                .getTemplate()
                .getSpec()
                .getVolumes()
                .getFirst()
                .getSecret()
                .getSecretName())
        .isEqualTo(desired.configSecret());
  }

  @Test
  void copyIsPlainJsonWithUsersThatNoServerMounts() throws JsonProcessingException {
    DesiredCluster desired = desired(CLUSTER, Roles.bound(Roles.user(), CLUSTER));
    Secret copy = (Secret) objects(desired).getLast();
    String text = ConfigSecret.fileIn(copy).orElseThrow().text();

    assertThat(new ObjectMapper().readTree(text).get("authorization"))
        .isEqualTo(desired.config().get("authorization"));
    assertThat(text).doesNotContain(Clusters.KEYS.routePassword());
    assertThat(ConfigSecret.isOfRevision(copy)).isFalse();
  }

  @Test
  void clusterWithoutServiceAccountsHasNoAuthorization() {
    assertThat(desired(Clusters.cluster("{}")).config().has("authorization")).isFalse();
  }

  @Test
  void clusterWithoutRolesAdmitsNoClients() {
    assertThat(desired(CLUSTER).config().at("/authorization/users/0/username").asText())
        .isEqualTo("_nobody");
  }

  @ParameterizedTest(name = "{0} desired and {1} running servers give {2} routes")
  @CsvSource({"3, 0, 3", "3, 5, 5", "5, 3, 5", "1, 1, 1"})
  void everyDesiredOrRunningServerIsARoute(int wanted, int running, int routes) {
    NatsCluster cluster = Clusters.cluster("{size: %d}".formatted(wanted));
    List<ObservedServer> servers =
        IntStream.rangeClosed(1, running)
            .mapToObj(i -> ObservedServerFixture.created("example-nats-" + i).build())
            .toList();
    var config = desired(ObservedClusterFixture.of(cluster).servers(servers).build()).config();

    assertThat(config.at("/cluster/routes")).hasSize(routes);
    assertThat(config.at("/cluster/routes/0").asText())
        .isEqualTo(
            "nats://server:route-password@example-nats-1.example-nats-mgmt.nats-io.svc:6222");
  }

  @ParameterizedTest(name = "{0} with reloader {1}: a new role restarts servers: {2}")
  @CsvSource({
    "1.2.0,   true,  false",
    "2.10.27, true,  false",
    "2.15.3,  true,  false",
    "2.15.3,  false, false",
    "2.10.27, false, true",
    "1.2.0,   false, true"
  })
  void newRoleRestartsOnlyServersWithoutReload(String version, boolean reloader, boolean restarts) {
    NatsCluster cluster =
        Clusters.cluster(
            "{version: \"%s\", pod: {enableConfigReload: %s}, auth: {enableServiceAccounts: true}}"
                .formatted(version, reloader));
    String before = desired(cluster).revision();
    String after = desired(cluster, Roles.bound(Roles.user(), cluster)).revision();

    assertThat(!after.equals(before)).isEqualTo(restarts);
  }

  @ParameterizedTest(name = "{0} with reloader {1}: another size restarts no server")
  @CsvSource({
    "1.2.0,   false",
    "1.4.1,   false",
    "2.6.1,   false",
    "2.10.27, false",
    "2.10.27, true",
    "2.15.3,  false",
    "2.15.3,  true"
  })
  void newSizeRestartsNoServer(String version, boolean reloader) {
    String spec = "{size: %d, version: \"" + version + "\", pod: {enableConfigReload: %s}}";

    assertThat(desired(Clusters.cluster(spec.formatted(5, reloader))).revision())
        .isEqualTo(desired(Clusters.cluster(spec.formatted(3, reloader))).revision());
  }

  /** A server that does not trust the operator's key yet rejects a reload by the operator. */
  @ParameterizedTest(
      name = "{0} with reloader {1}: a new key of the operator restarts servers: {2}")
  @CsvSource({
    "1.2.0,   true,  false",
    "2.15.3,  true,  false",
    "2.15.3,  false, true",
    "2.10.27, false, true"
  })
  void newOperatorKeyRestartsServersWithoutSidecar(
      String version, boolean reloader, boolean restarts) {
    NatsCluster cluster =
        Clusters.cluster(
            "{version: \"%s\", pod: {enableConfigReload: %s}}".formatted(version, reloader));
    ObservedClusterFixture observed = ObservedClusterFixture.of(cluster);
    ObservedCluster before = observed.build();
    ObservedCluster after =
        observed.keys(new ClusterKeys("UNEW", Clusters.KEYS.routePassword())).build();

    assertThat(!desired(after).revision().equals(desired(before).revision())).isEqualTo(restarts);
  }

  @ParameterizedTest(name = "{0} is a change that restarts servers")
  @CsvSource(
      delimiter = '|',
      value = {
        "another version  | version: 2.15.1",
        "a longer lame duck mode | lameDuckDurationSeconds: 60",
        "a smaller pending limit | natsConfig: {maxPending: 1}"
      })
  void changeWithoutReloadGivesAnotherRevision(String description, String field) {
    String reloader = "pod: {enableConfigReload: true}";

    assertThat(desired(Clusters.cluster("{%s, %s}".formatted(reloader, field))).revision())
        .as(description)
        .isNotEqualTo(desired(Clusters.cluster("{%s}".formatted(reloader))).revision());
  }

  @Test
  void sameInputGivesSameObjects() {
    ObservedRole role = Roles.bound(Roles.user(), CLUSTER);

    assertThat(objects(desired(CLUSTER, role))).isEqualTo(objects(desired(CLUSTER, role)));
  }

  @Test
  void toStringContainsNoPassword() {
    ObservedRole role = Roles.bound(Roles.user(), CLUSTER);
    DesiredCluster desired = desired(CLUSTER, role);
    String password = desired.config().at("/authorization/users/0/password").asText();

    assertThat(password).startsWith("ey");
    assertThat(desired.toString().contains(password)).as("text contains the password").isFalse();
  }

  private static List<HasMetadata> objects(DesiredCluster desired) {
    ConfigFiles files = ConfigFiles.of(observed(desired.cluster()), desired, true);
    List<HasMetadata> objects =
        new ArrayList<>(DesiredCluster.configSecrets(desired.cluster(), files));
    objects.addAll(
        desired.objects(3, new NetworkPolicySettings(true, List.of()), ServerImages.OF_RUNTIME));
    return objects;
  }

  private static DesiredCluster desired(NatsCluster cluster, ObservedRole... roles) {
    return desired(observed(cluster, roles));
  }

  private static DesiredCluster desired(ObservedCluster observed) {
    ServerVersion version =
        ServerVersion.parse(observed.cluster().getSpec().version()).orElseThrow();
    return DesiredCluster.of(
        observed, version, ServerUsers.of(observed, List.of(version)), Optional.empty());
  }

  private static ObservedCluster observed(NatsCluster cluster, ObservedRole... roles) {
    return ObservedClusterFixture.of(cluster).roles(roles).build();
  }
}
