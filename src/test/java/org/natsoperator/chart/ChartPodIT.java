package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.natsoperator.chart.RenderedChart.object;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;

/** Chart values for the operator's own pod. */
@ExtendWith(ChartServer.class)
class ChartPodIT {

  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @Test
  void imageHasRegistryAndDigest() {
    assertThat(image("image={\"repository\": \"a\"}")).startsWith("a:").doesNotContain("@");
    assertThat(image("image={\"repository\": \"a\", \"registry\": \"b:5000\", \"tag\": \"c\"}"))
        .isEqualTo("b:5000/a:c");
    assertThat(image(digest(""))).isEqualTo("a@" + DIGEST);
    assertThat(image(digest(", \"tag\": \"c\", \"registry\": \"b/\"")))
        .isEqualTo("b/a:c@" + DIGEST);
    assertThat(
            image(
                "global={\"imageRegistry\": \"g\"}",
                "image={\"repository\": \"a\", \"registry\": \"b\", \"tag\": \"c\"}"))
        .isEqualTo("g/a:c");
  }

  @Test
  void podUsesPullSecretsOfBothValues() {
    assertThat(
            pod(
                    "global={\"imagePullSecrets\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}",
                    "imagePullSecrets=[{\"name\": \"b\"}]")
                .getImagePullSecrets())
        .extracting("name")
        .containsExactlyInAnyOrder("a", "b");
  }

  /** OpenShift assigns the IDs itself and rejects others. */
  @Test
  void podHasNoFixedUserIdIfNull() {
    PodSpec pod =
        pod("podSecurityContext={\"runAsUser\": null, \"runAsGroup\": null, \"fsGroup\": null}");

    assertThat(pod.getSecurityContext().getRunAsUser()).isNull();
    assertThat(pod.getSecurityContext().getRunAsGroup()).isNull();
    assertThat(pod.getSecurityContext().getFsGroup()).isNull();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod().getSecurityContext().getRunAsUser()).isEqualTo(65532);
  }

  @Test
  void portsOfPodFollowValues() {
    PodSpec pod = pod("httpPort=9090", "webhooks={\"port\": 10250}", "hostNetwork=true");

    assertThat(pod.getContainers().getFirst().getPorts())
        .extracting("name", "containerPort")
        .containsExactly(tuple("http", 9090), tuple("webhooks", 10250));
    assertThat(variables(pod))
        .containsEntry("SERVER_PORT", "9090")
        .containsEntry("OPERATOR_WEBHOOKS_PORT", "10250");
    assertThat(pod.getHostNetwork()).isTrue();
    assertThat(pod.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
    assertThat(pod().getHostNetwork()).isNull();
    assertThat(pod().getDnsPolicy()).isNull();
  }

  @Test
  void containerMountsExtraVolumes() {
    PodSpec pod =
        pod(
            "extraVolumes=[{\"name\": \"ca\", \"configMap\": {\"name\": \"b\"}}]",
            "extraVolumeMounts=[{\"name\": \"ca\", \"mountPath\": \"/ca\"}]");

    assertThat(pod.getVolumes()).extracting("name").containsExactly("tmp", "ca");
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .extracting("mountPath")
        .containsExactly("/tmp", "/ca");
  }

  @Test
  void jsonIsElasticCommonSchema() {
    assertThat(variables(pod("logFormat=\"json\"")))
        .containsEntry("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
    assertThat(variables(pod())).doesNotContainKey("LOGGING_STRUCTURED_FORMAT_CONSOLE");
  }

  private static String digest(String more) {
    return "image={\"repository\": \"a\", \"digest\": \"%s\"%s}".formatted(DIGEST, more);
  }

  private static String image(String... values) {
    return pod(values).getContainers().getFirst().getImage();
  }

  private static Map<String, String> variables(PodSpec pod) {
    return pod.getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private static PodSpec pod(String... values) {
    return object(Deployment.class, values).getSpec().getTemplate().getSpec();
  }
}
