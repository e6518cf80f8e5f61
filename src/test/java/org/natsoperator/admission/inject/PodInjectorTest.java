package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.admission.review.AdmissionResponse;

/** Each pod is wired, wired again and compared. */
class PodInjectorTest {

  private static final String IN_THE_WAY =
      "container a gets no token: v is in the way at /var/run/secrets/nats.io";

  private final PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

  record Case(String name, String before, String after, List<String> warnings) {

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void pods(Case row) {
    ObjectNode pod = Pods.withSpec(row.before);
    ObjectNode untouched = pod.deepCopy();

    AdmissionResponse response = injector.handle(Pods.created(pod));
    ObjectNode wired = Pods.patched(pod, response.patch());

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.warnings()).isEqualTo(row.warnings);
    assertThat(wired).isEqualTo(marked(row.after));
    assertThat(pod).isEqualTo(untouched);
    assertThat(injector.handle(Pods.createdAndRead(pod))).isEqualTo(response);
    AdmissionResponse again = injector.handle(Pods.created(wired));
    assertThat(again.patch()).isEmpty();
    assertThat(again.auditAnnotations()).containsEntry("injection", "Unchanged");
  }

  static List<Case> pods() {
    return Stream.concat(plain(), conflicts()).toList();
  }

  private static Stream<Case> plain() {
    return Stream.of(
        of(
            "a container without anything",
            "{containers: [{name: a}]}",
            "{containers: [{name: a, WIRED}], volumes: [VOLUME]}"),
        of(
            "lists that are null",
            "{containers: [{name: a, env: null, volumeMounts: null}], volumes: null}",
            "{containers: [{name: a, WIRED}], volumes: [VOLUME]}"),
        of(
            "init container, sidecar and all that no model knows",
            "{initContainers: [{name: i, new: 1}, {name: s, restartPolicy: Always}], containers:"
                + " [{name: a, future: {x: []}}], later: y}",
            "{initContainers: [{name: i, new: 1, WIRED}, {name: s, restartPolicy: Always, WIRED}],"
                + " containers: [{name: a, future: {x: []}, WIRED}], later: y, volumes: [VOLUME]}"),
        of(
            "what is there stays first",
            "{containers: [{name: a, env: [{name: B}], volumeMounts: [{name: v, mountPath: /v}]}],"
                + " volumes: [{name: v}]}",
            "{containers: [{name: a, env: [{name: B}, NAMES, PLACE], volumeMounts: [{name: v,"
                + " mountPath: /v}, MOUNT]}], volumes: [{name: v}, VOLUME]}"),
        of(
            "a Secret mounted by hand elsewhere, and a container without it",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /nats/}]}, {name: b}],"
                + " volumes: [{name: t, secret: {secretName: SECRET}}]}",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /nats/}], env: [NAMES,"
                + " {name: NATS_TOKEN_FILE, value: /nats/token}]}, {name: b, volumeMounts: [{name:"
                + " t, mountPath: FOLDER, readOnly: true}], env: [NAMES, PLACE]}], volumes: [{name:"
                + " t, secret: {secretName: SECRET}}]}"),
        of(
            "the token as one file, under a name of its own",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /pw, subPath: x/y}]}],"
                + " volumes: [{name: t, projected: {sources: [{secret: {name: SECRET, items: [{key:"
                + " token, path: x/y}]}}]}}]}",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /pw, subPath: x/y}], env:"
                + " [NAMES, {name: NATS_TOKEN_FILE, value: /pw}]}], volumes: [{name: t, projected:"
                + " {sources: [{secret: {name: SECRET, items: [{key: token, path: x/y}]}}]}}]}"),
        of(
            "no other container gets to see what lies beside a token",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /s}]}, {name: b}],"
                + " volumes: [{name: t, projected: {sources: [{secret: {name: mine}}, {secret:"
                + " {name: SECRET}}]}}]}",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /s}], env: [NAMES, {name:"
                + " NATS_TOKEN_FILE, value: /s/token}]}, {name: b, WIRED}], volumes: [{name: t,"
                + " projected: {sources: [{secret: {name: mine}}, {secret: {name: SECRET}}]}},"
                + " VOLUME]}"),
        of(
            "a Secret of which the token is not taken",
            "{containers: [{name: a}], volumes: [{name: t, secret: {secretName: SECRET, items:"
                + " [{key: other, path: token}]}}]}",
            "{containers: [{name: a, WIRED}], volumes: [{name: t, secret: {secretName: SECRET,"
                + " items: [{key: other, path: token}]}}, VOLUME]}"),
        of(
            "a mount that waits for our volume",
            "{containers: [{name: a, volumeMounts: [{name: nats-token, mountPath: /t}]}]}",
            "{containers: [{name: a, volumeMounts: [{name: nats-token, mountPath: /t}], env:"
                + " [NAMES, {name: NATS_TOKEN_FILE, value: /t/token}]}], volumes: [VOLUME]}"),
        of(
            "a part of a volume that only the kubelet can tell",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /t, subPathExpr: $(X)}]}],"
                + " volumes: [{name: t, secret: {secretName: SECRET}}]}",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /t, subPathExpr: $(X)},"
                + " {name: t, mountPath: FOLDER, readOnly: true}], env: [NAMES, PLACE]}], volumes:"
                + " [{name: t, secret: {secretName: SECRET}}]}"),
        of(
            "a path that looks like a variable",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /$(HOME)}]}], volumes:"
                + " [{name: t, secret: {secretName: SECRET}}]}",
            "{containers: [{name: a, volumeMounts: [{name: t, mountPath: /$(HOME)}], env: [NAMES,"
                + " {name: NATS_TOKEN_FILE, value: /$$(HOME)/token}]}], volumes: [{name: t, secret:"
                + " {secretName: SECRET}}]}"));
  }

  private static Stream<Case> conflicts() {
    return Stream.of(
        of(
            "a volume of our name",
            "{containers: [{name: a}], volumes: [{name: nats-token, emptyDir: {}}, {name:"
                + " nats-token-2}]}",
            "{containers: [{name: a, env: [NAMES, PLACE], volumeMounts: [{name: nats-token-3,"
                + " mountPath: FOLDER, readOnly: true}]}], volumes: [{name: nats-token, emptyDir:"
                + " {}}, {name: nats-token-2}, {name: nats-token-3, secret: {secretName: SECRET,"
                + " items: [{key: token, path: token}]}}]}",
            "volume nats-token is something else; the token's is called nats-token-3"),
        of(
            "our folder, spelled otherwise",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath:"
                + " '/run//secrets/./nats.io/'}]}, {name: b}], volumes: [{name: v}]}",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath:"
                + " '/run//secrets/./nats.io/'}], env: [NAMES]}, {name: b, WIRED}], volumes:"
                + " [{name: v}, VOLUME]}",
            IN_THE_WAY),
        of(
            "something in our folder, and no other container",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: FOLDER/token, subPath:"
                + " t}]}], volumes: [{name: v}]}",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: FOLDER/token, subPath:"
                + " t}], env: [NAMES]}], volumes: [{name: v}]}",
            IN_THE_WAY),
        of(
            "a Secret around our folder",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/secrets}]}],"
                + " volumes: [{name: v, secret: {secretName: s}}]}",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/secrets}], env:"
                + " [NAMES]}], volumes: [{name: v, secret: {secretName: s}}]}",
            IN_THE_WAY),
        of(
            "a read-only mount around our folder",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run, readOnly:"
                + " true}]}], volumes: [{name: v, emptyDir: {}}]}",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run, readOnly:"
                + " true}], env: [NAMES]}], volumes: [{name: v, emptyDir: {}}]}",
            IN_THE_WAY),
        of(
            "a device at our folder",
            "{containers: [{name: a, volumeDevices: [{name: v, devicePath: FOLDER}]}]}",
            "{containers: [{name: a, volumeDevices: [{name: v, devicePath: FOLDER}], env:"
                + " [NAMES]}]}",
            IN_THE_WAY),
        of(
            "a writable folder around ours is in nobody's way",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/secrets}]}],"
                + " volumes: [{name: v, emptyDir: {}}]}",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: /var/run/secrets}, MOUNT],"
                + " env: [NAMES, PLACE]}], volumes: [{name: v, emptyDir: {}}, VOLUME]}"),
        of(
            "nor is a folder of a longer name",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: FOLDER2}]}], volumes:"
                + " [{name: v}]}",
            "{containers: [{name: a, volumeMounts: [{name: v, mountPath: FOLDER2}, MOUNT], env:"
                + " [NAMES, PLACE]}], volumes: [{name: v}, VOLUME]}"),
        of(
            "variables that the user sets",
            "{containers: [{name: a, env: [{name: NATS_URL, value: mine}, {name: NATS_USER, value:"
                + " nats-user}]}]}",
            "{containers: [{name: a, env: [{name: NATS_URL, value: mine}, {name: NATS_USER, value:"
                + " nats-user}, {name: NATS_CLUSTER, value: example-nats}, PLACE], volumeMounts:"
                + " [MOUNT]}], volumes: [VOLUME]}",
            "container a: NATS_URL is set already and stays as it is"),
        of(
            "a token that the cluster does not take",
            "{containers: [{name: a}], volumes: [{name: t, projected: {sources: [KUBELETS]}}]}",
            "{containers: [{name: a, env: [NAMES, PLACE], volumeMounts: [{name: t, mountPath:"
                + " FOLDER, readOnly: true}]}], volumes: [{name: t, projected: {sources:"
                + " [KUBELETS]}}]}",
            "volume t: NatsCluster example-nats takes the token of Secret"
                + " nats-user-example-nats-bound-token, not the kubelet's"));
  }

  /** The example's pods of 2018 keep their volumes and mounts, and hear nothing. */
  @Test
  void theWalkthroughsPodsKeepWhatTheyHave() throws IOException {
    Stream.of(
            Files.readString(Path.of("example/01-service-accounts/walkthrough.yaml"))
                .split("(?m)^---$"))
        .map(Pods::yaml)
        .filter(object -> object.path("kind").asText().equals("Pod"))
        .forEach(
            pod -> {
              AdmissionResponse response = injector.handle(Pods.created(pod));

              assertThat(response.patch())
                  .extracting(operation -> operation.path("path").asText())
                  .hasSize(5)
                  .allMatch(
                      path ->
                          path.equals("/spec/containers/0/env/-")
                              || path.equals("/metadata/annotations"));
              assertThat(response.warnings()).isEmpty();
            });
  }

  /** A container that another webhook added after us is wired too, and nothing else changes. */
  @Test
  void aContainerThatCameLaterIsWired() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    ObjectNode wired = Pods.patched(pod, injector.handle(Pods.created(pod)).patch());
    wired.withArray("/spec/initContainers").addObject().put("name", "mesh");

    assertThat(injector.handle(Pods.created(wired)).patch())
        .extracting(operation -> operation.path("path").asText())
        .containsExactly("/spec/initContainers/0/volumeMounts", "/spec/initContainers/0/env");
  }

  @Test
  void auditLogAndAnnotationSayWhatWasDone() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    AdmissionResponse response = injector.handle(Pods.created(pod));

    assertThat(response.auditAnnotations())
        .containsOnly(
            Map.entry("injection", "Injected"),
            Map.entry("clusters", "nats-io/example-nats=BoundSecret"));
    assertThat(
            Pods.patched(pod, response.patch())
                .at("/metadata/annotations/nats.io~1injected")
                .asText())
        .isEqualTo("nats-io/example-nats=BoundSecret");
  }

  private static Case of(String name, String before, String after, String... warnings) {
    return new Case(name, filled(before), filled(after), List.of(warnings));
  }

  private static String filled(String spec) {
    return spec.replace("WIRED", "env: [NAMES, PLACE], volumeMounts: [MOUNT]")
        .replace(
            "VOLUME",
            "{name: nats-token, secret: {secretName: SECRET, items: [{key: token, path: token}]}}")
        .replace("MOUNT", "{name: nats-token, mountPath: FOLDER, readOnly: true}")
        .replace(
            "NAMES",
            "{name: NATS_URL, value: 'nats://example-nats.nats-io.svc:4222'}, {name: NATS_CLUSTER,"
                + " value: example-nats}, {name: NATS_USER, value: nats-user}")
        .replace("PLACE", "{name: NATS_TOKEN_FILE, value: FOLDER/token}")
        .replace("FOLDER", "/var/run/secrets/nats.io")
        .replace(
            "KUBELETS",
            "{serviceAccountToken: {audience: 'nats://example-nats.nats-io.svc', path: token}}")
        .replace("SECRET", "nats-user-example-nats-bound-token");
  }

  private static ObjectNode marked(String spec) {
    ObjectNode pod = Pods.withSpec(spec);
    pod.withObject("/metadata/annotations")
        .put("nats.io/injected", "nats-io/example-nats=BoundSecret");
    return pod;
  }
}
