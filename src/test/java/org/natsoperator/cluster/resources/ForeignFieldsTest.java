package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.FieldOwners;

class ForeignFieldsTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final Service RENDERED = ClientService.of(CLUSTER);

  private static final String OWN =
      """
      {"f:spec": {"f:template": {"f:metadata": {"f:annotations": {"f:nats.version": {}}}, "f:spec": {"f:containers": {
        'k:{"name":"nats"}': {".": {}, "f:name": {}, "f:env": {'k:{"name":"POD_NAME"}': {".": {}, "f:name": {}}}},
        'k:{"name":"reloader"}': {".": {}, "f:name": {}, "f:args": {}}}}}}}
      """;

  @Test
  void acceptsServiceAsApplied() {
    Service live = service("'f:spec': {'f:type': {}, 'f:selector': {}, 'f:ports': {}}");

    assertThat(ForeignFields.in(live, RENDERED)).isEmpty();
  }

  @Test
  void removesLaterPortFirst() {
    String port = "'k:{\"port\":%d,\"protocol\":\"TCP\"}': {'.': {}, 'f:port': {}}";
    String ports = port.formatted(1) + ", " + port.formatted(2);
    Service live =
        service("'f:spec': {'f:externalIPs': {}, 'f:ports': {%s}}".formatted(ports), 1, 2);

    ForeignFields foreign = ForeignFields.in(live, RENDERED).orElseThrow();
    assertThat(foreign.names())
        .containsExactly("spec.externalIPs", "spec.ports[1/TCP]", "spec.ports[2/TCP]");
    assertThat(foreign.patch())
        .isEqualTo(
            """
            [{"op":"replace","path":"/metadata/resourceVersion","value":"7"},\
            {"op":"replace","path":"/spec/type","value":"ClusterIP"},\
            {"op":"remove","path":"/spec/externalIPs"},\
            {"op":"remove","path":"/spec/ports/2"},\
            {"op":"remove","path":"/spec/ports/1"}]\
            """);
  }

  /** The API server rejects an externalName that is removed without another type. */
  @Test
  void restoresTypeTogetherWithRemoval() {
    Service live = service("'f:spec': {'f:type': {}, 'f:externalName': {}}");
    Service headless = ManagementService.of(CLUSTER);

    assertThat(ForeignFields.in(live, headless).orElseThrow().patch())
        .contains(
            """
            {"op":"replace","path":"/spec/type","value":"ClusterIP"},\
            {"op":"add","path":"/spec/clusterIP","value":"None"},\
            {"op":"remove","path":"/spec/externalName"}\
            """);
  }

  @Test
  void escapesNameOfAnnotation() {
    String ranges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    Service live =
        service("'f:metadata': {'f:annotations': {'f:%s': {}, 'f:theirs': {}}}".formatted(ranges));

    ForeignFields foreign = ForeignFields.in(live, RENDERED).orElseThrow();
    assertThat(foreign.names()).containsExactly("metadata.annotations." + ranges);
    assertThat(foreign.patch()).contains("/metadata/annotations/" + ranges.replace("/", "~1"));
  }

  @ParameterizedTest(name = "foreign {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'f:env': {'k:{\"name\":\"FOO\"}': {'.': {}, 'f:name': {}}} |"
            + " spec.template.spec.containers[nats].env[FOO] |"
            + " /spec/template/spec/containers/0/env/0",
        "'f:envFrom': {} | spec.template.spec.containers[nats].envFrom |"
            + " /spec/template/spec/containers/0/envFrom",
        "'f:lifecycle': {'f:postStart': {}} | spec.template.spec.containers[nats].lifecycle |"
            + " /spec/template/spec/containers/0/lifecycle"
      })
  void findsFieldsInContainer(String fields, String name, String pointer) {
    StatefulSet set = set(FieldOwners.operator(OWN), inServer(fields));

    ForeignFields foreign = ForeignFields.in(set, new StatefulSet()).orElseThrow();
    assertThat(foreign.names()).containsExactly(name);
    assertThat(foreign.patch()).contains("{\"op\":\"remove\",\"path\":\"" + pointer + "\"}");
    assertThat(ForeignFields.changeTemplate(set)).isTrue();
  }

  /** With these fields, the chart's policy rejects the operator's changes of the StatefulSet. */
  @Test
  void findsFieldsOfPod() {
    ManagedFieldsEntry theirs =
        FieldOwners.other(
            "kubectl",
            "{'f:spec': {'f:template': {'f:spec': {'f:hostNetwork': {}, 'f:initContainers': {},"
                + " 'f:containers': {'k:{\"name\":\"theirs\"}': {'f:name': {}},"
                + " 'k:{\"name\":\"reloader\"}': {'f:envFrom': {}}}}}}}");
    StatefulSet set = set(FieldOwners.operator(OWN), theirs);
    set.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .add(new ContainerBuilder().withName("theirs").build());

    assertThat(ForeignFields.in(set, new StatefulSet()).orElseThrow().names())
        .containsExactlyInAnyOrder(
            "spec.template.spec.hostNetwork",
            "spec.template.spec.initContainers",
            "spec.template.spec.containers[theirs]",
            "spec.template.spec.containers[reloader].envFrom");
  }

  @ParameterizedTest(name = "{0} stays")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a field that the operator applied too | {'f:spec': {'f:template': {'f:spec':"
            + " {'f:containers': {'k:{\"name\":\"nats\"}': {'f:name': {}}}}}}} | false",
        "a default of the API server | {'f:spec': {'f:template': {'f:spec': {'f:containers':"
            + " {'k:{\"name\":\"nats\"}': {'f:imagePullPolicy': {}}}}}}} | true",
        "a field that the chart's policy admits | {'f:spec': {'f:template': {'f:spec':"
            + " {'f:nodeSelector': {'f:theirs': {}}}}}} | true",
        "an annotation | {'f:spec': {'f:template': {'f:metadata': {'f:annotations': {'f:theirs':"
            + " {}}}}}} | true",
        "a requested restart | {'f:spec': {'f:template': {'f:metadata': {'f:annotations':"
            + " {'f:kubectl.kubernetes.io/restartedAt': {}}}}}} | false",
        "a label of the StatefulSet | {'f:metadata': {'f:labels': {'f:theirs': {}}}} | false"
      })
  void keepsFields(String sentence, String fields, boolean changesTemplate) {
    StatefulSet set = set(FieldOwners.operator(OWN), FieldOwners.other("kubectl", fields));

    assertThat(ForeignFields.in(set, new StatefulSet())).as(sentence).isEmpty();
    assertThat(ForeignFields.changeTemplate(set)).as(sentence).isEqualTo(changesTemplate);
  }

  /** A client that changes it becomes its owner; the next apply restores it. */
  @Test
  void keepsRenderedFieldOfAnotherOwner() {
    StatefulSet set = set(FieldOwners.operator(OWN), inServer("'f:image': {}"));
    StatefulSet rendered = set();
    rendered.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage("nats:2.15.3");

    assertThat(ForeignFields.in(set, rendered)).isEmpty();
  }

  @Test
  void ignoresStatusAndObjectsThatAreNotAppliedYet() {
    ManagedFieldsEntry theirs = inServer("'f:envFrom': {}");
    assertThat(ForeignFields.in(set(theirs), new StatefulSet())).isEmpty();
    assertThat(ForeignFields.changeTemplate(set(theirs))).isFalse();

    theirs.setSubresource("status");
    StatefulSet set = set(FieldOwners.operator(OWN), theirs);
    assertThat(ForeignFields.in(set, new StatefulSet())).isEmpty();
  }

  @Test
  void otherKindsMayHaveForeignFields() {
    Secret secret = new Secret();

    assertThat(ForeignFields.in(secret, secret)).isEmpty();
  }

  private static ManagedFieldsEntry inServer(String fields) {
    return FieldOwners.other(
        "kubectl-set",
        "{'f:spec': {'f:template': {'f:spec': {'f:containers': {'k:{\"name\":\"nats\"}': {%s}}}}}}"
            .formatted(fields));
  }

  private static Service service(String theirs, int... ports) {
    return new ServiceBuilder(RENDERED)
        .editMetadata()
        .withResourceVersion("7")
        .withManagedFields(
            FieldOwners.operator(
                """
                {"f:metadata": {"f:labels": {"f:app": {}}}, "f:spec": {"f:type": {}, "f:selector": {},
                  "f:ports": {'k:{"port":4222,"protocol":"TCP"}': {".": {}, "f:port": {}}}}}
                """),
            FieldOwners.other("kubectl", "{%s}".formatted(theirs)))
        .endMetadata()
        .editSpec()
        .addAllToPorts(
            IntStream.of(ports)
                .mapToObj(port -> ManagementService.port("theirs", port, "tcp"))
                .toList())
        .endSpec()
        .build();
  }

  private static StatefulSet set(ManagedFieldsEntry... entries) {
    StatefulSet rendered =
        ServerStatefulSet.of(
            CLUSTER,
            ServerVersion.parse("2.15.3").orElseThrow(),
            "rev",
            3,
            ServerImages.OF_RUNTIME);
    return new StatefulSetBuilder(rendered)
        .editMetadata()
        .withManagedFields(List.of(entries))
        .endMetadata()
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .addToEnv(0, new EnvVarBuilder().withName("FOO").build())
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
