package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.cluster.resources.ForeignFields;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.token.ReissueRequests;
import org.natsoperator.token.TokenSecret;

/** The policies for the operator's account admit everything that the operator renders. */
@ExtendWith(ChartServer.class)
class RenderedObjectsGuardIT {

  private static final String SIMPLE = "{size: 3, version: 2.10.27}";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final Map<String, String> FOREIGN =
      Map.of(
          "Service",
          """
          {"spec": {"externalIPs": ["192.0.2.1"],
          "ports": [{"name": "theirs", "port": 80, "targetPort": 80}]}}
          """,
          "StatefulSet",
          """
          {"spec": {"template": {"spec": {"hostIPC": true,
          "initContainers": [{"name": "theirs-too", "image": "a"}],
          "volumes": [{"name": "theirs", "configMap": {"name": "theirs"}}],
          "containers": [{"name": "theirs", "image": "a", "volumeMounts": [{"name": "theirs", "mountPath": "/a"}]},
          {"name": "nats", "envFrom": [{"secretRef": {"name": "theirs"}}],
          "volumeMounts": [{"name": "theirs", "mountPath": "/a"}]}]}}}}
          """);

  private static String namespace;
  private static KubernetesClient operator;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("rendered");
    operator = ChartServer.as(EVERYWHERE.user());
    List<HasMetadata> objects = RenderedObjects.of(cluster("foreign", SIMPLE));
    objects.forEach(object -> object.getMetadata().getLabels().remove("app"));
    objects.forEach(
        object -> Users.awaitRejection(() -> operator.resource(object).dryRun().create()));
  }

  static Stream<String> specs() {
    return Stream.of(
        "{}",
        SIMPLE,
        "{size: 1, version: 1.2.0}",
        "{size: 100, version: 2.15.3, pod: {enableConfigReload: true}, auth:"
            + " {enableServiceAccounts: true}}",
        "{size: 2, version: 2.15.3, noAdvertise: true, lameDuckDurationSeconds: 600, serverImage:"
            + " example.com/a/nats}",
        "{servicePolicy: {labels: {a: b}, annotations: {c: d}}, managementServicePolicy: {labels:"
            + " {a: b}, annotations: {c: d}}}",
        "{natsConfig: {maxPayload: 1000, debug: true}}",
        "{pod: {labels: {team: a, example.com/b: c}, annotations: {a: b}}}",
        "{pod: {nodeSelector: {kubernetes.io/os: linux}, antiAffinity: true, tolerations:"
            + " [{operator: Exists}]}}",
        "{pod: {resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 100m}}}}",
        """
        {pod: {natsEnv: [{name: A, value: b}, {name: S, valueFrom: {secretKeyRef: {name: a, key: b}}},
        {name: C, valueFrom: {configMapKeyRef: {name: a, key: b}}},
        {name: F, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}},
        {name: R, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]}}
        """,
        """
        {pod: {enableConfigReload: true, reloaderImage: example.com/reloader, reloaderImageTag: "1",
        reloaderImagePullPolicy: Always, reloaderResources: {limits: {memory: 32Mi}}}}
        """,
        """
        {pod: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:
        [{matchExpressions: [{key: a, operator: Exists}]}]}}}, priorityClassName: high,
        topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}],
        imagePullSecrets: [{name: registry}], serviceAccountName: servers,
        securityContext: {runAsUser: 1234, fsGroup: 1234}}}
        """,
        "{pod: {topologySpreadConstraints: [], securityContext: {}}}",
        "{serverImage: 'nats@sha256:%s'}".formatted("0".repeat(64)),
        """
        {pod: {enableMetrics: true, metricsImage: a, metricsImageTag: b, metricsImagePullPolicy: Always,
        metricsResources: {limits: {memory: 32Mi}},
        enableClientsHostPort: true, disableGatewaysHostPort: true, disableLeafnodesHostPort: true,
        disableWebsocketsHostPort: true, advertiseExternalIP: true, bootconfigImage: a,
        bootconfigImageTag: b, volumeMounts: [{name: a, mountPath: /a}]}}
        """);
  }

  /** Each spec replaces a simple one and is replaced by it. */
  @ParameterizedTest
  @MethodSource("specs")
  void admitsObjectsOfEverySpec(String spec) {
    String name = "cluster-" + COUNT.incrementAndGet();
    apply(cluster(name + "-created", spec));
    apply(cluster(name, SIMPLE));
    apply(cluster(name, spec));
    apply(cluster(name, SIMPLE));
    for (HasMetadata object : RenderedObjects.of(cluster(name, SIMPLE))) {
      operator.resource(object).delete();
      assertThat(ChartServer.client().resource(object).get()).isNull();
    }
  }

  @Test
  void specsContainEverySettingOfPods() {
    String all = String.join("\n", specs().toList());

    assertThat(PodPolicy.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .isNotEmpty()
        .allSatisfy(setting -> assertThat(all).contains(setting + ": "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rendered", "another"})
  void admitsTokenSecretForClusterOfEachNamespace(String clusterNamespace) {
    NatsCluster cluster =
        RenderedObjects.cluster(
            clusterNamespace.equals("another") ? clusterNamespace : namespace,
            "example-nats",
            SIMPLE);
    NatsServiceRole role =
        Serialization.unmarshal(
            Manifests.role("app", "example-nats", List.of(), List.of()), NatsServiceRole.class);
    role.getMetadata().setNamespace(namespace);
    role.getMetadata().setUid("uid-of-role");
    Secret empty = TokenSecret.empty(role, cluster);
    Secret created = operator.resource(empty).create();

    ReissueRequests requests = new ReissueRequests(Optional.of("again"), Optional.of("for all"));
    Secret issued = TokenSecret.withToken(empty, created, "token", requests);
    assertThat(operator.resource(issued).update().getData()).containsKey("token");
    operator.resource(issued).delete();
    assertThat(ChartServer.client().resource(issued).get()).isNull();
  }

  /** A user can remove the labels of an object; the operator restores them. */
  @Test
  void admitsRepairOfLabels() {
    List<HasMetadata> objects = RenderedObjects.of(cluster("repaired", SIMPLE));
    apply(cluster("repaired", SIMPLE));
    for (HasMetadata object : objects) {
      ChartServer.client()
          .resource(object)
          .edit(
              labeled -> {
                labeled.getMetadata().getLabels().remove("app");
                return labeled;
              });
      apply(object);
      assertThat(ChartServer.client().resource(object).get().getMetadata().getLabels())
          .containsEntry("app", "nats");
    }
  }

  /** A user can add fields with which the policies reject the operator's next change. */
  @Test
  void admitsRemovalOfForeignFields() {
    apply(cluster("foreign", SIMPLE));
    for (HasMetadata object : RenderedObjects.of(cluster("foreign", "{size: 2}"))) {
      if (FOREIGN.get(object.getKind()) instanceof String foreign) {
        ChartServer.client()
            .resource(object)
            .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), foreign);
        HasMetadata live = ChartServer.client().resource(object).get();
        ForeignFields fields = ForeignFields.in(live, object).orElseThrow();
        operator.resource(live).patch(PatchContext.of(PatchType.JSON), fields.patch());
        apply(object);
        assertThat(Serialization.asYaml(spec(object)))
            .doesNotContain("theirs", "192.0.2.1", "hostIPC");
      }
    }
  }

  private static Object spec(HasMetadata object) {
    return switch (ChartServer.client().resource(object).get()) {
      case Service service -> service.getSpec();
      case StatefulSet set -> set.getSpec();
      default -> throw new IllegalArgumentException(object.getKind());
    };
  }

  private static NatsCluster cluster(String name, String spec) {
    return RenderedObjects.cluster(namespace, name, spec);
  }

  private static void apply(NatsCluster cluster) {
    RenderedObjects.of(cluster).forEach(RenderedObjectsGuardIT::apply);
  }

  private static void apply(HasMetadata object) {
    operator.resource(object).fieldManager("nats-operator").forceConflicts().serverSideApply();
  }
}
