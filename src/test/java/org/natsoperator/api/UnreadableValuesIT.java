package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LooseCrds;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Values that no Java type of the operator can hold, while an older CRD is installed. */
@OperatorTest
class UnreadableValuesIT {

  private static final String DEEP = "{\"a\":".repeat(1_200) + "1" + "}".repeat(1_200);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static LooseCrds crds;

  @BeforeAll
  static void install(Sandbox sandbox) {
    crds = LooseCrds.install(sandbox.client());
  }

  @AfterAll
  static void restore() {
    crds.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"natsConfig\": {\"maxConnections\": 3000000000}}",
        "{\"size\": 1e30}",
        "{\"pod\": {\"resources\": {\"limits\": {\"cpu\": \"\"}}}}",
        "{\"auth\": [1]}",
        "{\"template\": DEEP, \"size\": DEEP}"
      })
  void operatorContinuesAfterPatchOfClusterBeingDeleted(String spec, Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster("innocent", "auth: {enableServiceAccounts: true}"),
        Manifests.serviceAccount("user"),
        Manifests.role("user", "innocent", List.of("before"), List.of("before")));
    sandbox.apply(
        Manifests.cluster("held", "size: 1")
            .replace("name: held", "{name: held, finalizers: [example.com/held]}"));
    Resource<GenericKubernetesResource> held = generic("NatsCluster", "held", sandbox);
    held.delete();
    try {
      patch(held, "{\"spec\": %s}".formatted(spec));
      held.subresource("status").patch(MERGE, "{\"status\": {\"size\": 3000000000}}");

      assertThatRoleEditTakesEffect(sandbox);
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition("held", "Ready").getMessage())
                      .contains("a value of type"));
    } finally {
      patch(held, "{\"metadata\": {\"finalizers\": null}}");
    }
    await().untilAsserted(() -> assertThat(held.get()).isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"natsConfig": {"maxConnections": 3000000000}}           | spec.natsConfig.maxConnections
          {"pod": {"resources": {"limits": {"cpu": ""}}}}          | spec.pod.resources.limits.cpu
          {"pod": {"natsEnv": 5}, "paused": "yes"}                 | spec.paused
          {"size": DEEP}                                           | spec.size
          {"auth": "none"}                                         | spec.auth
          """)
  void conditionNamesField(String spec, String field, Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("size: 1"));
    patch(generic("NatsCluster", CLUSTER, sandbox), "{\"spec\": %s}".formatted(spec));

    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains(field + ": a value of type", "kubectl explain"));
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason()).isEqualTo("Invalid");
    patch(
        generic("NatsCluster", CLUSTER, sandbox),
        "{\"spec\": {\"natsConfig\": null, \"pod\": null, \"paused\": null, \"size\": 1, \"auth\":"
            + " null}}");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("ServersNotReady"));
  }

  @Test
  void operatorReplacesUnreadableStatus(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("size: 1"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason()).isNotNull());
    generic("NatsCluster", CLUSTER, sandbox)
        .subresource("status")
        .patch(MERGE, "{\"status\": {\"size\": 3000000000, \"conditions\": 5}}");
    sandbox.apply(Manifests.cluster("size: 2"));

    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("ScalingUp"));
    await().untilAsserted(() -> assertThat(sandbox.cluster(CLUSTER).getStatus().size()).isZero());
  }

  @Test
  void clusterThatHidesItsLoginsStaysClosedAndRevokes(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(1, "2.15.3"),
        Manifests.serviceAccount("kept"),
        Manifests.role("kept", "foo"),
        Manifests.serviceAccount("revoked"),
        Manifests.role("revoked", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("kept", "revoked"));
    patch(
        generic("NatsCluster", CLUSTER, sandbox), "{\"spec\": {\"auth\": \"none\", \"size\": 5}}");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains("spec.auth: "));
    sandbox.apply(
        Manifests.serviceAccount("added"),
        Manifests.role("added", "foo"),
        Manifests.role("kept", CLUSTER, List.of("foo", "wider"), List.of("foo")));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("added", "Ready").getMessage())
                    .contains("spec.auth of NatsCluster", "cannot be read"));
    sandbox.delete(sandbox.role("revoked"));

    await()
        .untilAsserted(
            () ->
                assertThat(revisions(sandbox))
                    .isNotEmpty()
                    .allSatisfy(
                        file ->
                            assertThat(file)
                                .contains("authorization", "\"kept\"")
                                .doesNotContain("\"revoked\"", "\"added\"", "\"wider\"")));
    assertThat(sandbox.token("added", CLUSTER)).isEmpty();
    assertThat(sandbox.statefulSet(CLUSTER).getSpec().getReplicas()).isEqualTo(1);
  }

  /** A new token would not reach the pods that run. */
  @Test
  void clusterThatHidesItsNamespacesKeepsTheirTokens(Sandbox core, Sandbox team) {
    String auth = "{auth: {enableServiceAccounts: true, allowedNamespaces: %s}}";
    core.apply(Manifests.cluster(auth.formatted("[" + team.namespace() + "]")));
    team.apply(
        Manifests.serviceAccount("user"),
        Manifests.inClusterNamespace(core.namespace(), Manifests.role("user", "foo")));
    String user = team.namespace() + ".user";
    await().untilAsserted(() -> assertThat(core.users(CLUSTER)).contains(user));
    Optional<String> token = team.token("user", CLUSTER + "." + core.namespace());

    patch(
        generic("NatsCluster", CLUSTER, core),
        "{\"spec\": {\"auth\": {\"allowedNamespaces\": 5}}}");
    await()
        .untilAsserted(
            () ->
                assertThat(core.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains("spec.auth.allowedNamespaces: "));
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () ->
                assertThat(team.token("user", CLUSTER + "." + core.namespace()))
                    .isPresent()
                    .isEqualTo(token));
    assertThat(revisions(core)).isNotEmpty().allSatisfy(file -> assertThat(file).contains(user));
  }

  @Test
  void unreadablePermissionRevokesLogin(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(1, "2.15.3"),
        Manifests.serviceAccount("user"),
        Manifests.role("user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("user"));
    patch(
        generic("NatsServiceRole", "user", sandbox),
        "{\"spec\": {\"permissions\": {\"publish\": \">\", \"subscribe\": [{\"a\": 1}]}}}");

    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).doesNotContain("user"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("user", "Ready").getMessage())
                    .contains("spec.permissions.publish: ", "spec.permissions.subscribe[0]: "));
    assertThat(sandbox.roleCondition("user", "Ready").getReason()).isEqualTo("Invalid");
  }

  private static void assertThatRoleEditTakesEffect(Sandbox sandbox) {
    sandbox.apply(Manifests.role("user", "innocent", List.of("after"), List.of("after")));
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(sandbox.user("innocent", "user").toString()).contains("after"));
  }

  /** The files that servers mount; the copy is not updated while the cluster is invalid. */
  private static List<String> revisions(Sandbox sandbox) {
    return sandbox.configs(CLUSTER).entrySet().stream()
        .filter(config -> !config.getKey().equals(CLUSTER))
        .map(config -> config.getValue().text())
        .toList();
  }

  private static void patch(Resource<GenericKubernetesResource> object, String patch) {
    object.patch(MERGE, patch.replace("DEEP", DEEP));
  }

  private static Resource<GenericKubernetesResource> generic(
      String kind, String name, Sandbox sandbox) {
    return sandbox
        .client()
        .genericKubernetesResources("nats.io/v1alpha2", kind)
        .inNamespace(sandbox.namespace())
        .withName(name);
  }
}
