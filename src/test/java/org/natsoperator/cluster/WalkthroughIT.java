package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** The objects for the manifests of the walkthrough, before any pod runs. */
@OperatorTest
class WalkthroughIT {

  private static final Map<String, String> LABELS = Map.of("app", "nats", "nats_cluster", CLUSTER);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void orderOfManifestsDoesNotMatter(boolean backwards, Sandbox sandbox) throws IOException {
    List<String> manifests = manifests(sandbox);
    sandbox.apply((backwards ? manifests.reversed() : manifests).toArray(String[]::new));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsExactlyInAnyOrder("nats-user", "nats-admin-user", SENTINEL));
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText())
        .isEqualTo(sandbox.token("nats-user", CLUSTER).orElseThrow());
    assertThat(sandbox.user(CLUSTER, "nats-user").get("permissions").toString())
        .isEqualTo(
            """
            {"publish":["foo.*","foo.bar.quux"],\
            "subscribe":["foo.bar","greetings","hello.world","_INBOX_.%s.nats-user.>"]}\
            """
                .formatted(sandbox.namespace()));
    assertThat(sandbox.user(CLUSTER, "nats-admin-user").get("permissions").toString())
        .isEqualTo("{\"publish\":[\">\"],\"subscribe\":[\">\"]}");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Bound").getStatus())
                    .isEqualTo("True"));
  }

  @Test
  void createsServicesLikeGoOperator(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster());
    Service client =
        await().until(() -> service(sandbox, CLUSTER), Optional::isPresent).orElseThrow();
    assertThat(ports(client)).isEqualTo(Map.of("tcp-client", 4222));
    assertThat(client.getSpec().getSelector()).isEqualTo(LABELS);
    assertThat(client.getMetadata().getLabels()).containsAllEntriesOf(LABELS);
    Service management =
        await().until(() -> service(sandbox, CLUSTER + "-mgmt"), Optional::isPresent).orElseThrow();
    assertThat(ports(management))
        .isEqualTo(Map.of("cluster", 6222, "monitoring", 8222, "metrics", 7777));
    assertThat(management.getSpec().getSelector()).isEqualTo(LABELS);
    assertThat(management.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(management.getSpec().getPublishNotReadyAddresses()).isTrue();
  }

  @Test
  void serversMountConfigOfTheirRevisionAndOrdinalsStartAtOne(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster());
    StatefulSet set = await().until(() -> statefulSet(sandbox), Optional::isPresent).orElseThrow();
    assertThat(set.getSpec().getReplicas()).isEqualTo(3);
    assertThat(set.getSpec().getOrdinals().getStart()).isEqualTo(1);
    assertThat(set.getSpec().getServiceName()).isEqualTo(CLUSTER + "-mgmt");
    var template = set.getSpec().getTemplate();
    assertThat(template.getMetadata().getLabels())
        .containsAllEntriesOf(LABELS)
        .containsEntry("nats_version", "2.15.3");
    assertThat(template.getSpec().getShareProcessNamespace()).isTrue();
    assertThat(template.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("nats", "reloader");
    assertThat(template.getSpec().getContainers().getFirst().getImage()).isEqualTo("nats:2.15.3");
    String mounted = template.getSpec().getVolumes().getFirst().getSecret().getSecretName();
    await()
        .untilAsserted(
            () -> assertThat(sandbox.configs(CLUSTER)).containsOnlyKeys(CLUSTER, mounted));
    ServerConfigFile file = sandbox.configs(CLUSTER).get(mounted);
    assertThat(sandbox.configs(CLUSTER).get(CLUSTER))
        .isEqualTo(ServerConfigFile.copy(file.parse()));
  }

  @Test
  void objectsAreOwnedByClusterAndDoNotBlockItsDeletion(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster());
    StatefulSet set = await().until(() -> statefulSet(sandbox), Optional::isPresent).orElseThrow();
    var owner = set.getMetadata().getOwnerReferences().getFirst();
    assertThat(owner.getUid()).isEqualTo(sandbox.cluster(CLUSTER).getMetadata().getUid());
    assertThat(owner.getController()).isTrue();
    assertThat(owner.getBlockOwnerDeletion()).isNull();
  }

  /** The manifests of the example without its pods, which nothing would run here. */
  private static List<String> manifests(Sandbox sandbox) throws IOException {
    String file = Files.readString(Path.of("example/01-service-accounts/walkthrough-2018.yaml"));
    List<String> manifests =
        Arrays.stream(file.split("(?m)^---$"))
            .filter(
                manifest ->
                    manifest.contains("kind: Nats") || manifest.contains("kind: ServiceAccount"))
            .map(
                manifest ->
                    manifest.replace("namespace: nats-io", "namespace: " + sandbox.namespace()))
            .collect(Collectors.toList());
    assertThat(manifests).hasSize(5);
    return Collections.unmodifiableList(manifests);
  }

  private static Optional<Service> service(Sandbox sandbox, String name) {
    return Optional.ofNullable(
        sandbox.client().services().inNamespace(sandbox.namespace()).withName(name).get());
  }

  private static Optional<StatefulSet> statefulSet(Sandbox sandbox) {
    return Optional.ofNullable(
        sandbox
            .client()
            .apps()
            .statefulSets()
            .inNamespace(sandbox.namespace())
            .withName(CLUSTER)
            .get());
  }

  private static Map<String, Integer> ports(Service service) {
    return service.getSpec().getPorts().stream()
        .collect(Collectors.toMap(ServicePort::getName, ServicePort::getPort));
  }
}
