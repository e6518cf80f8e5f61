package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;

/** The container that runs nats-server. */
public record ServerContainer(NatsCluster cluster, ServerVersion version) {

  public static final String NAME = "nats";

  private static final ResourceRequirements MODEST =
      new ResourceRequirementsBuilder()
          .addToRequests("cpu", new Quantity("50m"))
          .addToRequests("memory", new Quantity("32Mi"))
          .build();

  Container container() {
    NatsClusterSpec spec = cluster.getSpec();
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(spec.serverImage() + ":" + version.tag())
        .withCommand(command())
        .withEnv(spec.pod().natsEnv())
        .addNewEnv()
        .withName(ServerConfigFile.SERVER_NAME_ENV)
        .withNewValueFrom()
        .withNewFieldRef("v1", "metadata.name")
        .endValueFrom()
        .endEnv()
        .withPorts(
            port("cluster", Ports.CLUSTER),
            port("monitoring", Ports.MONITORING),
            port("client", Ports.CLIENT))
        .withVolumeMounts(Mounts.all())
        .withResources(resources(spec.pod()))
        .withSecurityContext(Mounts.restricted())
        .withLifecycle(new LameDuckHooks(version, spec.pod().enableConfigReload()).ofServer())
        .withStartupProbe(probe(healthPath(), 1, 120))
        .withReadinessProbe(probe(healthPath(), 5, 3))
        .withLivenessProbe(probe("/", 20, 3))
        .build();
  }

  /** Sets {@code command}, not {@code args}, since an image's entry point may be a script. */
  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(version.binary(), "-c", Paths.CONFIG_FILE, "-P", Paths.PID_FILE));
    String self = "$(%s)".formatted(ServerConfigFile.SERVER_NAME_ENV);
    command.addAll(List.of("--cluster_advertise", ChildNames.of(cluster).host(self)));
    command.addAll(List.of("--connect_retries", "10"));
    if (Boolean.TRUE.equals(cluster.getSpec().noAdvertise())) {
      command.add("--no_advertise");
    }
    return command;
  }

  /** Never empty: on a busy node such a pod gets CPU time last and is evicted first. */
  private static ResourceRequirements resources(PodPolicy pod) {
    ResourceRequirements wanted = pod.resources();
    return wanted == null || isEmpty(wanted.getRequests()) && isEmpty(wanted.getLimits())
        ? MODEST
        : wanted;
  }

  private static boolean isEmpty(Map<String, Quantity> amounts) {
    return amounts == null || amounts.isEmpty();
  }

  private String healthPath() {
    return version.knowsHealthz() ? "/healthz" : "/";
  }

  private static Probe probe(String path, int everySeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(Ports.MONITORING))
        .endHttpGet()
        .withPeriodSeconds(everySeconds)
        .withTimeoutSeconds(Math.min(everySeconds, 5))
        .withFailureThreshold(failures)
        .build();
  }

  private static ContainerPort port(String name, int port) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(port)
        .withProtocol("TCP")
        .build();
  }
}
