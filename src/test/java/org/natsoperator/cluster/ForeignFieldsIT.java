package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.StatefulSetController;

/**
 * Fields that another client adds to Services and to the StatefulSet, which a server-side apply
 * does not remove.
 */
@OperatorTest
class ForeignFieldsIT {

  private static final String SET = "statefulset/" + CLUSTER;

  private Sandbox sandbox;

  @BeforeEach
  void create(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(Manifests.cluster(1, "2.15.3"));
    await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
  }

  @ParameterizedTest(name = "Service {0} does not send clients to another host")
  @CsvSource({CLUSTER + ", \\d.*", CLUSTER + "-mgmt, None"})
  void restoresServiceThatPointsToAnotherHost(String name, String address) {
    for (int attempt = 1; attempt <= 3; attempt++) {
      patch("service/" + name, "spec: {type: ExternalName, externalName: evil.example.com}");
      await()
          .untilAsserted(
              () -> {
                assertThat(service(name).getType()).isEqualTo("ClusterIP");
                assertThat(service(name).getExternalName()).isNull();
                assertThat(service(name).getClusterIP()).matches(address);
                assertThat(service(name).getSelector()).containsEntry("app", "nats");
              });
    }
    awaitManaged("FollowsSpec");
  }

  /** The API server rejects source ranges for the type that the operator sets. */
  @ParameterizedTest(name = "type {0}")
  @ValueSource(strings = {"LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]", "NodePort"})
  void restoresTypeOfService(String type) {
    patch("service/" + CLUSTER, "spec: {type: %s}".formatted(type));

    await()
        .untilAsserted(
            () -> {
              assertThat(service(CLUSTER).getType()).isEqualTo("ClusterIP");
              assertThat(service(CLUSTER).getLoadBalancerSourceRanges()).isEmpty();
              assertThat(service(CLUSTER).getPorts().getFirst().getNodePort()).isNull();
            });
  }

  @Test
  void removesForeignAddressesAndPortsOnceAndThenReportsThem() {
    String foreign =
        "spec: {externalIPs: [192.0.2.1], publishNotReadyAddresses: true, ports: [{name: theirs,"
            + " port: 80, targetPort: 9999}]}";
    patch("service/" + CLUSTER, foreign);
    awaitNoForeignFields();
    assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getReason()).isEqualTo("FollowsSpec");
    patch("service/" + CLUSTER, foreign);
    Condition managed = awaitManaged("ForeignFields");
    assertThat(managed.getStatus()).isEqualTo("False");
    assertThat(managed.getMessage())
        .contains(
            "Service example-nats: spec.externalIPs",
            "Service example-nats: spec.publishNotReadyAddresses",
            "Service example-nats: spec.ports[80/TCP]");
    // The Event follows the status.
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.cluster(CLUSTER)))
                    .anySatisfy(event -> assertThat(event.getReason()).isEqualTo("ForeignFields")));
    assertThat(service(CLUSTER).getExternalIPs()).as("no endless fight").isNotEmpty();
    sandbox.apply(Manifests.cluster(1, "2.15.1"));
    awaitNoForeignFields();
    awaitManaged("FollowsSpec");
  }

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.10.27", "2.15.3"})
  void removesForeignFieldsOfServersAndReplacesNoServerForThem(String version) throws Exception {
    LoopbackCluster.build(version);
    sandbox.apply(Manifests.cluster(1, version));
    await().until(() -> image().equals("nats:" + version));
    try (LoopbackServer ignored =
        LoopbackServer.of(sandbox.statefulSet(CLUSTER), version, sandbox.client())) {
      awaitReady();
      String server = serverUid();
      // The operator may remove the fields before the controller observes them.
      StatefulSetController.seeExactly(addForeignFields(), "2", sandbox.client());
      await().untilAsserted(() -> assertThat(variables()).containsExactly("POD_NAME"));
      assertThat(sandbox.kubectl("get", SET, "-o", "yaml")).doesNotContain("envFrom");
      StatefulSetController.see(sandbox.statefulSet(CLUSTER), "1", sandbox.client());
      assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getReason()).isEqualTo("FollowsSpec");

      setVariable();
      StatefulSetController.see(sandbox.statefulSet(CLUSTER), "2", sandbox.client());
      assertThat(awaitManaged("ForeignFields").getMessage())
          .contains("StatefulSet example-nats: spec.template.spec.containers[nats].env[FOO]");
      awaitReady();
      assertThat(variables()).as("no endless fight").contains("FOO");
      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(serverUid()).isEqualTo(server));

      sandbox.apply(Manifests.cluster(1, "2.15.1"));
      await().untilAsserted(() -> assertThat(image()).isEqualTo("nats:2.15.1"));
      await().untilAsserted(() -> assertThat(variables()).containsExactly("POD_NAME"));
      StatefulSetController.see(sandbox.statefulSet(CLUSTER), "3", sandbox.client());
      await().untilAsserted(() -> assertThat(serverUid()).as("the old server").isEmpty());
    }
  }

  /** With such fields, the chart's policy for the operator's account rejects the other change. */
  @Test
  void removesForeignFieldsTogetherWithAnotherChange() {
    setVariable();
    await().untilAsserted(() -> assertThat(variables()).containsExactly("POD_NAME"));
    setVariable();
    awaitManaged("ForeignFields");

    assertThat(sandbox.kubectl("set", "image", SET, "nats=evil:1")).contains("image updated");
    await().untilAsserted(() -> assertThat(variables()).containsExactly("POD_NAME"));
    await().untilAsserted(() -> assertThat(image()).isEqualTo("nats:2.15.3"));
    awaitManaged("FollowsSpec");
  }

  /** For example {@code kubectl rollout restart}, which only sets an annotation. */
  @Test
  void restartsServersOnRequest() throws Exception {
    try (LoopbackServer ignored =
        LoopbackServer.of(sandbox.statefulSet(CLUSTER), sandbox.client())) {
      awaitReady();
      assertThat(sandbox.kubectl("rollout", "restart", SET)).contains("restarted");
      StatefulSetController.see(sandbox.statefulSet(CLUSTER), "2", sandbox.client());
      await().untilAsserted(() -> assertThat(serverUid()).isEmpty());
    }
  }

  /** Returns the StatefulSet with these fields. */
  private StatefulSet addForeignFields() {
    return sandbox
        .client()
        .resource(sandbox.statefulSet(CLUSTER))
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            """
            {"spec": {"template": {"spec": {"containers": [{
              "name": "nats",
              "env": [{"name": "FOO", "value": "bar"}],
              "envFrom": [{"secretRef": {"name": "theirs"}}]}]}}}}
            """);
  }

  private void setVariable() {
    assertThat(sandbox.kubectl("set", "env", SET, "--containers=nats", "FOO=bar"))
        .contains("env updated");
  }

  private void patch(String object, String yaml) {
    assertThat(sandbox.kubectl("patch", object, "--patch", yaml)).contains("patched");
  }

  private void awaitNoForeignFields() {
    await()
        .untilAsserted(
            () -> {
              assertThat(service(CLUSTER).getExternalIPs()).isEmpty();
              assertThat(service(CLUSTER).getPublishNotReadyAddresses()).isNull();
              assertThat(service(CLUSTER).getPorts())
                  .singleElement()
                  .satisfies(port -> assertThat(port.getPort()).isEqualTo(4222));
            });
  }

  private Condition awaitManaged(String reason) {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getReason())
                    .isEqualTo(reason));
    return sandbox.clusterCondition(CLUSTER, "Managed");
  }

  private void awaitReady() {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus())
                    .isEqualTo("True"));
  }

  private ServiceSpec service(String name) {
    return sandbox
        .client()
        .services()
        .inNamespace(sandbox.namespace())
        .withName(name)
        .get()
        .getSpec();
  }

  private List<String> variables() {
    return server().getEnv().stream().map(EnvVar::getName).toList();
  }

  private String image() {
    return server().getImage();
  }

  private Container server() {
    StatefulSet set = sandbox.statefulSet(CLUSTER);
    return set.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  /** Empty without a server. */
  private String serverUid() {
    var pod =
        sandbox.client().pods().inNamespace(sandbox.namespace()).withName(CLUSTER + "-1").get();
    return pod == null ? "" : pod.getMetadata().getUid();
  }
}
