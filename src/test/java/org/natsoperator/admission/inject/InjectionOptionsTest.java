package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;

/** The annotations of a pod, and the errors and warnings about invalid ones. */
class InjectionOptionsTest {

  private static final String TOKENS = "/var/run/secrets/nats.io";

  private final PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

  @ParameterizedTest(name = "annotation {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nats.io/cluster-namespace | Team | \"Team\" is not a valid namespace name; use the"
            + " namespace of the NatsCluster",
        "nats.io/clusters | a,B | \"B\" is not a valid name; use name or namespace/name, separated"
            + " by commas",
        "nats.io/clusters | /a | \"/a\" is not a valid name; use name or namespace/name, separated"
            + " by commas",
        "nats.io/clusters | x/a/b | \"x/a/b\" is not a valid name; use name or namespace/name,"
            + " separated by commas",
        "nats.io/clusters | '' | \"\" is not a valid name; use name or namespace/name, separated by"
            + " commas",
        "nats.io/clusters | x/a,y/a | two clusters have the same name and would share the folder of"
            + " their tokens; remove one of them",
        "nats.io/inject-containers | '' | \"\" is not a valid name; use names of containers,"
            + " separated by commas",
        "nats.io/inject-containers | a b | \"a b\" is not a valid name; use names of"
            + " containers, separated by commas",
        "nats.io/skip-containers | a, | \"\" is not a valid name; use names of containers,"
            + " separated by commas",
        "nats.io/token-lifetime | soon | \"soon\" is not a valid duration; use one such as 1h30m or"
            + " 90m, or a number of seconds",
        "nats.io/token-lifetime | '' | \"\" is not a valid duration; use one such as 1h30m or 90m,"
            + " or a number of seconds",
        "nats.io/inject-env | no | \"no\" is not a valid value; use \"false\" for no variables, or"
            + " remove the annotation",
        "nats.io/fs-group | -1 | \"-1\" is not a valid group ID; use a number from 0 to 2147483647",
        "nats.io/fs-group | 2147483648 | \"2147483648\" is not a valid group ID; use a number from"
            + " 0 to 2147483647"
      })
  void rejectsInvalidAnnotation(String annotation, String value, String message) {
    AdmissionResponse response = injector.handle(Pods.created(Pods.annotated(annotation, value)));

    assertThat(response.errors())
        .containsExactly(new FieldError("metadata.annotations." + annotation, message));
    assertThat(response.patch()).isEmpty();
    assertThat(response.auditAnnotations()).containsEntry("injection", "Refused");
  }

  @ParameterizedTest(name = "label {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nats_cluster | Example | \"Example\" is not a valid NatsCluster name; correct it or remove"
            + " the label",
        "nats_cluster | '' | \"\" is not a valid NatsCluster name; correct it or remove the label",
        "nats_cluster | a234567890123456789012345678901234567890123456 |"
            + " \"a234567890123456789012345678901234567890123456\" is not a valid NatsCluster name;"
            + " correct it or remove the label",
        "nats.io/inject | no | \"no\" is not a valid value; use \"false\" to skip the pod, or"
            + " remove the label"
      })
  void rejectsInvalidLabel(String label, String value, String message) {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    pod.withObject("/metadata/labels").put(label, value);

    assertThat(injector.handle(Pods.created(pod)).errors())
        .containsExactly(new FieldError("metadata.labels." + label, message));
  }

  @Test
  void reportsAllErrorsAtOnce() {
    ObjectNode pod = Pods.annotated("nats.io/fs-group", "x");
    pod.withObject("/metadata/annotations")
        .put("nats.io/skip-containers", "a")
        .put("nats.io/inject-containers", "b");

    assertThat(injector.handle(Pods.created(pod)).errors())
        .extracting(FieldError::field)
        .containsExactly(
            "metadata.annotations.nats.io/skip-containers",
            "metadata.annotations.nats.io/fs-group");
  }

  @Test
  void clampsTokenLifetimeAndWarnsIfItHasNoEffect() {
    assertThat(
            injector
                .handle(Pods.created(Pods.annotated("nats.io/token-lifetime", "5m")))
                .warnings())
        .containsExactly(
            "nats.io/token-lifetime: 300s is out of range, so the operator uses 600s; use 600s to"
                + " 86400s",
            "nats.io/token-lifetime: has no effect for NatsCluster example-nats, whose tokens are"
                + " in Secrets");
  }

  @Test
  void warnsAboutDefaultServiceAccount() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    pod.withObject("/spec").remove("serviceAccountName");
    AdmissionResponse response = injector.handle(Pods.created(pod));

    assertThat(response.warnings())
        .containsExactly(
            "no permissions: NatsServiceRole default for NatsCluster example-nats does not exist;"
                + " create it",
            "spec.serviceAccountName: \"default\" is shared by other pods; create a ServiceAccount"
                + " for this pod");
    assertThat(Pods.patched(pod, response.patch()).at("/spec/volumes/0/secret/secretName").asText())
        .isEqualTo("default-example-nats-bound-token");
  }

  @ParameterizedTest(name = "ServiceAccount {0} with Secret {1}: {2}")
  @CsvSource({
    "default,   nats-admin-user-example-nats-bound-token, nats-admin-user",
    "default,   default-example-nats-bound-token,         default",
    "default,   nats-admin-user-other-bound-token,        default",
    "default,   my-example-nats,                          default",
    "nats-user, nats-admin-user-example-nats-bound-token, nats-user",
  })
  void identifiesPodWithoutServiceAccountByMountedToken(
      String account, String secret, String user) {
    for (String volume :
        List.of("secret: {secretName: %s}", "projected: {sources: [{secret: {name: %s}}]}")) {
      ObjectNode pod =
          Pods.withSpec(
              "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /t}]}], volumes: [{name: v, %s}]}"
                  .formatted(volume.formatted(secret)));
      pod.withObject("/spec").put("serviceAccountName", account);

      assertThat(injected(pod).at("/spec/containers/0/env/2/value").asText()).isEqualTo(user);
    }
  }

  @Test
  void usesNamespaceOfListForClusterOfLabel() {
    InjectionOptions options =
        InjectionOptions.of(
            new PodView(Pods.annotated("nats.io/clusters", "a,core/example-nats")), "team");

    assertThat(options.errors()).isEmpty();
    assertThat(options.clusters())
        .extracting(cluster -> cluster.namespace().orElse("") + "/" + cluster.name())
        .containsExactly("core/example-nats", "/a");
  }

  @Test
  void injectsClusterOfOtherNamespace() {
    ObjectNode pod = Pods.annotated("nats.io/cluster-namespace", "core");
    AdmissionResponse response =
        new PodInjector(FakeClusterLookup.with(Clusters.in("core", "team")))
            .handle(Pods.created(pod, "team"));
    ObjectNode injected = Pods.patched(pod, response.patch());

    assertThat(injected.at("/spec/volumes/0/secret/secretName").asText())
        .isEqualTo("nats-user-example-nats.core-bound-token");
    assertThat(texts(injected.at("/spec/containers/0/env"), "/value"))
        .containsExactly(
            "nats://example-nats.core.svc:4222",
            "example-nats",
            "team.nats-user",
            "_INBOX_.team.nats-user",
            TOKENS + "/token");
  }

  private ObjectNode injected(ObjectNode pod) {
    return Pods.patched(pod, injector.handle(Pods.created(pod)).patch());
  }

  private static List<String> texts(JsonNode list, String pointer) {
    return list.valueStream().map(item -> item.at(pointer).asText()).toList();
  }
}
