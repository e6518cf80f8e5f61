package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.FieldOwners;

/** Foreign fields in the pods of a StatefulSet. */
class ForeignPodFieldsTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private static final StatefulSet RENDERED_SET =
      ServerStatefulSet.of(
          CLUSTER, ServerVersion.parse("2.15.3").orElseThrow(), "rev", 3, ServerImages.OF_RUNTIME);

  private static final String OWN =
      """
      {"f:spec": {"f:template": {"f:metadata": {"f:annotations": {"f:nats.version": {}}}, "f:spec": {"f:containers": {
        'k:{"name":"nats"}': {".": {}, "f:name": {}, "f:lifecycle": {"f:preStop": {}}, "f:env": {'k:{"name":"POD_NAME"}': {".": {}, "f:name": {}}}},
        'k:{"name":"reloader"}': {".": {}, "f:name": {}, "f:args": {}}}}}}}
      """;

  @ParameterizedTest(name = "foreign {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "env: [{name: FOO}] | 'f:env': {'k:{\"name\":\"FOO\"}': {'.': {}, 'f:name': {}}} |"
            + " spec.template.spec.containers[nats].env[FOO] |"
            + " /spec/template/spec/containers/0/env/0",
        "envFrom: [{prefix: A}] | 'f:envFrom': {} | spec.template.spec.containers[nats].envFrom |"
            + " /spec/template/spec/containers/0/envFrom",
        "lifecycle: {postStart: {sleep: {seconds: 1}}} | 'f:lifecycle': {'f:postStart': {}} |"
            + " spec.template.spec.containers[nats].lifecycle.postStart |"
            + " /spec/template/spec/containers/0/lifecycle/postStart"
      })
  void findsFieldsInContainer(String live, String owned, String name, String pointer) {
    StatefulSet set = set(FieldOwners.operator(OWN), inServer(owned));
    setInContainer(set, 0, live);

    ForeignFields foreign = ForeignFields.in(set, RENDERED_SET).orElseThrow();
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
    setInPod(set, "hostNetwork: true\ninitContainers: [{name: theirs}]");
    setInContainer(set, 1, "envFrom: [{prefix: A}]");
    set.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .add(new ContainerBuilder().withName("theirs").build());

    assertThat(ForeignFields.in(set, RENDERED_SET).orElseThrow().names())
        .containsExactlyInAnyOrder(
            "spec.template.spec.hostNetwork",
            "spec.template.spec.initContainers",
            "spec.template.spec.containers[theirs]",
            "spec.template.spec.containers[reloader].envFrom");
  }

  /** The API server rejects a patch that removes only a field that does not exist. */
  @Test
  void addsFieldThatItDoesNotReadBeforeRemoval() {
    StatefulSet set =
        set(
            FieldOwners.operator(OWN),
            inServer("'f:envFrom': {}, 'f:env': {'k:{\"name\":\"FOO\"}': {}}"));

    ForeignFields foreign = ForeignFields.in(set, RENDERED_SET).orElseThrow();
    assertThat(foreign.names()).containsExactly("spec.template.spec.containers[nats].envFrom");
    assertThat(foreign.patch())
        .contains(
            """
            {"op":"add","path":"/spec/template/spec/containers/0/envFrom","value":null},\
            {"op":"remove","path":"/spec/template/spec/containers/0/envFrom"}\
            """);
  }

  /** Those that an admission plugin adds have none, and the plugin would add them again. */
  @Test
  void keepsFieldsWithoutOwner() {
    StatefulSet set = set(FieldOwners.operator(OWN));
    setInContainer(set, 0, "env: [{name: FOO}]");

    assertThat(ForeignFields.in(set, RENDERED_SET)).isEmpty();
    assertThat(ForeignFields.changeTemplate(set)).isFalse();
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

    assertThat(ForeignFields.in(set, RENDERED_SET)).as(sentence).isEmpty();
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
    assertThat(ForeignFields.in(set(theirs), RENDERED_SET)).isEmpty();
    assertThat(ForeignFields.changeTemplate(set(theirs))).isFalse();

    theirs.setSubresource("status");
    StatefulSet set = set(FieldOwners.operator(OWN), theirs);
    assertThat(ForeignFields.in(set, RENDERED_SET)).isEmpty();
  }

  private static ManagedFieldsEntry inServer(String fields) {
    return FieldOwners.other(
        "kubectl-set",
        "{'f:spec': {'f:template': {'f:spec': {'f:containers': {'k:{\"name\":\"nats\"}': {%s}}}}}}"
            .formatted(fields));
  }

  private static StatefulSet set(ManagedFieldsEntry... entries) {
    return new StatefulSetBuilder(RENDERED_SET)
        .editMetadata()
        .withManagedFields(List.of(entries))
        .endMetadata()
        .build();
  }

  /** The pod of a StatefulSet with other fields, as YAML. */
  private static void setInPod(StatefulSet set, String fields) {
    PodTemplateSpec template = set.getSpec().getTemplate();
    template.setSpec(with(template.getSpec(), fields, PodSpec.class));
  }

  private static void setInContainer(StatefulSet set, int index, String fields) {
    List<Container> containers = set.getSpec().getTemplate().getSpec().getContainers();
    containers.set(index, with(containers.get(index), fields, Container.class));
  }

  @SuppressWarnings("unchecked")
  private static <T> T with(T part, String fields, Class<T> type) {
    Map<String, Object> json = new LinkedHashMap<>(JSON.convertValue(part, Map.class));
    json.putAll(JSON.unmarshal(fields, Map.class));
    return JSON.convertValue(json, type);
  }
}
