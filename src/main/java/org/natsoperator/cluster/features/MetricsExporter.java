package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.util.List;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.config.Ports;
import org.natsoperator.validation.FieldErrors;

/** The sidecar that reads the server's monitoring port and serves its values to Prometheus. */
public final class MetricsExporter implements ServerFeature {

  /** Name of the sidecar and of its port. */
  public static final String CONTAINER = "metrics";

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    PodPolicy pod = spec.pod();
    if (!isEnabled(pod)) {
      return; // Manifests for earlier builds may contain any text.
    }
    ImageRules.check(errors, "spec.pod.metricsImage", pod.metricsImage());
    ImageRules.checkTag(
        errors, "spec.pod.metricsImageTag", pod.metricsImageTag(), PodPolicy.DEFAULT_METRICS_TAG);
    ImageRules.checkPullPolicy(
        errors, "spec.pod.metricsImagePullPolicy", pod.metricsImagePullPolicy());
    ResourceRules.check(errors, "spec.pod.metricsResources", pod.metricsResources());
  }

  /** The annotations are those of the Go operator, for a Prometheus that selects pods by them. */
  @Override
  public void extendPod(NatsClusterSpec spec, PodParts parts) {
    PodPolicy pod = spec.pod();
    if (isEnabled(pod)) {
      parts
          .metadata()
          .addToAnnotations("prometheus.io/scrape", "true")
          .addToAnnotations("prometheus.io/port", Integer.toString(Ports.METRICS));
      parts.pod().addToContainers(container(pod));
    }
  }

  private static boolean isEnabled(PodPolicy pod) {
    return Boolean.TRUE.equals(pod.enableMetrics());
  }

  private static Container container(PodPolicy pod) {
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(ImageRules.withTag(pod.metricsImage(), pod.metricsImageTag()))
        .withImagePullPolicy(pod.metricsImagePullPolicy())
        .withArgs(arguments())
        .addNewPort()
        .withName(CONTAINER)
        .withContainerPort(Ports.METRICS)
        .withProtocol("TCP")
        .endPort()
        .withResources(pod.metricsResources())
        .withSecurityContext(Mounts.restricted())
        .build();
  }

  private static List<String> arguments() {
    String server = "http://localhost:" + Ports.MONITORING;
    return List.of("-port=" + Ports.METRICS, "-connz", "-routez", "-subz", "-varz", server);
  }
}
